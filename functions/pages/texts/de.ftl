# Die Wörter der Seiten auf Deutsch. Werte stehen in Klammern.

contact = Veranstalter kontaktieren
website = Webseite
imprint = Impressum
optional = (freiwillig)
yes = Ja
no = Nein
error = Fehler
errors-title = Da stimmt etwas nicht

event-title = Auf die Warteliste
event-title-on-sale = Es gibt noch Plätze zu kaufen
event-title-paused = Die Warteliste macht Pause
event-title-closed = Die Warteliste ist geschlossen
event-draw-title = Die Reihenfolge wird ausgelost
on-sale = Es sind noch Plätze frei, deshalb gibt es keine Warteliste.
buy = Platz kaufen
buy-ask = Fragen Sie den Veranstalter, wie Sie einen bekommen.
event-begun = Die Veranstaltung hat begonnen.
joining-paused = Sie nimmt gerade niemanden auf. Bitte schauen Sie später wieder vorbei. Wenn Sie schon warten, behalten Sie Ihren Platz.
joining-closed = Sie nimmt niemanden mehr auf. Wenn Sie schon warten, behalten Sie Ihren Platz.
full = { $waiting ->
    [0] Ausgebucht. Noch wartet niemand.
    [one] Ausgebucht. Eine Familie wartet.
   *[other] Ausgebucht. { $waiting } Familien warten.
}
full-about = Ausgebucht. Etwa { $waiting } Familien warten.
full-plain = Ausgebucht. Sie können sich in die Warteliste eintragen.
how-it-works = Wird ein Platz frei, halten wir ihn für Sie fest und sagen Ihnen Bescheid. Innerhalb von { $window } sagen Sie dann Ja oder Nein.
how-it-works-plain = Wird ein Platz frei, halten wir ihn eine Weile für Sie fest und sagen Ihnen Bescheid. Dann sagen Sie Ja oder Nein.
event-draw-body = Die Verlosung ist am { $time }. Wer sich früher einträgt, hat keine besseren Chancen.
ticket = Karte
seats = Plätze
seats-hint = 1 bis { $most }
fewest = So viele Plätze brauchen Sie mindestens
fewest-hint = Werden weniger Plätze frei, als Sie möchten, bieten wir Ihnen diese an.
for-whom = Name des Kindes oder Gastes
for-whom-hint = Leer lassen, wenn der Platz für Sie selbst ist
name = Ihr Name
email = E-Mail
email-hint = Wir schicken Ihnen eine E-Mail. Drücken Sie dort auf den Knopf, dann zählt Ihr Platz.
phone = Telefon
phone-hint = Damit wir Ihnen auch SMS schicken können.
phone-hint-no-texts = Falls der Veranstalter eine Frage hat. SMS schicken wir nicht.
phone-hint-code = Schreiben Sie sie mit der Vorwahl des Landes, etwa +43 664 1234567.
told-how = Wie wir Sie benachrichtigen
told-hint = SMS gehen an Nummern, die mit { $beginnings } beginnen.
told-by-email = Per E-Mail
told-by-sms = Per SMS
have-a-code = Ich habe einen Code
code = Code
consent = Ich bin einverstanden, dass der Veranstalter meine Angaben so verwendet, wie es in seiner Datenschutzerklärung steht.
consent-to = Ich bin einverstanden, dass { $organiser } meine Angaben so verwendet, wie es in der Datenschutzerklärung steht.
consent-read = Datenschutzerklärung lesen (in einem neuen Tab)
what-we-keep = Wir behalten Ihre Angaben, um Ihren Platz zu halten und Ihnen Bescheid zu sagen.
join = In die Warteliste eintragen
join-draw = An der Verlosung teilnehmen
join-for = Auf die Warteliste: { $ticket }
robot-checking = Wir prüfen, dass Sie kein Roboter sind …
robot-checked = Geprüft: Sie sind kein Roboter.
robot-failed = Die Prüfung, dass Sie kein Roboter sind, hat nicht geklappt. Bitte drücken Sie den Knopf noch einmal.
robot-needs-script = Dieses Formular prüft, dass Sie kein Roboter sind. Dafür muss in Ihrem Browser JavaScript eingeschaltet sein.

choose-ticket = Wählen Sie eine Karte.
quantity-wrong = Geben Sie eine Zahl von 1 bis { $most } ein.
minimum-wrong = Geben Sie höchstens so viele ein, wie Sie insgesamt möchten.
name-missing = Geben Sie Ihren Namen ein.
name-wrong = Geben Sie nur Ihren Namen ein, mit höchstens 200 Buchstaben: keine Nummer, keinen Link und keine E-Mail-Adresse.
email-missing = Geben Sie Ihre E-Mail-Adresse ein.
email-wrong = Geben Sie eine E-Mail-Adresse wie name@example.org ein.
attendee-wrong = Geben Sie nur einen Namen ein, mit Buchstaben, Ziffern, Leerzeichen, Bindestrichen und Apostrophen. Für jedes weitere Kind tragen Sie sich noch einmal ein.
code-wrong = Dieser Code gilt hier nicht, oder jemand hat ihn schon verbraucht. Bitte prüfen Sie ihn.
consent-missing = Setzen Sie das Häkchen, wenn Sie einverstanden sind. Sonst können wir Sie nicht in die Liste eintragen.
phone-wrong = Diese Telefonnummer können wir nicht lesen. Schreiben Sie sie mit der Vorwahl des Landes, etwa +43 664 1234567.
phone-for-texts = Geben Sie Ihre Telefonnummer ein, oder wählen Sie E-Mail.
phone-not-texted = An Nummern dieses Landes schicken wir keine SMS. Bitte wählen Sie auch E-Mail.
answer-missing = Bitte ausfüllen.
answer-wrong = Diese Antwort passt nicht. Bitte sehen Sie noch einmal hin.

refused-tickets-available = Es sind noch Plätze frei, deshalb gibt es noch keine Warteliste.
refused-waitlist-full = Die Warteliste ist voll und nimmt gerade niemanden auf. Bitte schauen Sie später wieder vorbei.
refused-waitlist-closed = Die Veranstaltung hat begonnen, darum ist die Warteliste geschlossen.
refused-joining-paused = Die Warteliste nimmt gerade niemanden auf. Bitte schauen Sie später wieder vorbei.
refused-too-many-offers = Ihnen wurden heute schon mehrmals Plätze angeboten. Bitte kommen Sie morgen wieder.
refused-too-many-places = Sie haben schon so viele Plätze bei dieser Veranstaltung, wie eine Person haben darf.
refused-too-many-joins = Aus Ihrem Netz kamen in der letzten Stunde viele Anmeldungen. Bitte versuchen Sie es in einer Stunde wieder.
refused-too-many-wrong-codes = Aus Ihrem Netz kamen mehrere Codes, die nicht gelten. Bitte versuchen Sie es in einer Stunde wieder.
refused-forbidden = Nur der Veranstalter kann Sie auf diese Warteliste setzen.
refused-challenge-required = Wir konnten nicht prüfen, dass Sie kein Roboter sind. Bitte drücken Sie den Knopf noch einmal.
refused-challenge-failed = Die Prüfung, dass Sie kein Roboter sind, gilt nicht mehr. Bitte drücken Sie den Knopf noch einmal.
refused-busy = Gerade ist sehr viel los, darum dauert es länger. Bitte drücken Sie gleich noch einmal auf den Knopf: Es geschieht nichts doppelt.
refused-idempotency-in-progress = Wir sind noch dabei. Bitte drücken Sie gleich noch einmal auf den Knopf.

for = für { $name }
so-many-seats = { $seats } Plätze
you-are = Sie sind an
in-line = Stelle in der Reihe
place-look-title = Schauen Sie in Ihr Postfach
place-confirm-title = Bestätigen Sie Ihren Platz
confirm-body = Drücken Sie auf den Knopf, dann zählt Ihr Platz in der Reihe.
confirm-button = Ja, das ist mein Platz
confirm-look-in-your-mail = Wir haben Ihnen eine E-Mail geschickt. Drücken Sie dort auf den Knopf, dann zählt Ihr Platz. Diese Seite können Sie schließen.
confirm-by = Ihr Platz bleibt bis { $time } für Sie frei.
act-in-your-mail = Wir haben Ihnen dazu eine E-Mail geschickt. Bitte öffnen Sie ihren Link, um zu antworten.
place-waiting-title = Ihr Platz in der Reihe
waiting-body = { $seats ->
    [one] Wenn Sie dran sind, halten wir einen Platz für Sie fest und sagen Ihnen Bescheid. Innerhalb von { $window } sagen Sie dann Ja oder Nein.
   *[other] Wenn Sie dran sind, halten wir { $seats } Plätze für Sie fest und sagen Ihnen Bescheid. Innerhalb von { $window } sagen Sie dann Ja oder Nein.
}
waiting-body-plain = { $seats ->
    [one] Wenn Sie dran sind, halten wir einen Platz für Sie fest und sagen Ihnen Bescheid.
   *[other] Wenn Sie dran sind, halten wir { $seats } Plätze für Sie fest und sagen Ihnen Bescheid.
}
unconfirmed-before = { $count ->
    [one] Vor Ihnen hat jemand den Platz noch nicht bestätigt.
   *[other] Vor Ihnen haben { $count } ihren Platz noch nicht bestätigt.
}
place-draw-title = Sie sind in der Verlosung
draw-body = { $entrants ->
    [one] Bisher sind nur Sie dabei. Die Verlosung ist am { $time }.
   *[other] { $entrants } sind in der Verlosung. Sie ist am { $time }.
}
draw-check = Die Verlosung nachprüfen
draw-check-body = Diese Zahl legt die Lose vor der Verlosung fest. Notieren Sie sie jetzt. Nach der Verlosung kann damit jeder prüfen, dass niemand die Lose geändert hat.
place-offered-title = Sie sind dran
time-left = noch $&
your-clock = Nach Ihrer Uhr:
say-yes-until = Sagen Sie Ja bis
seats-held = { $seats ->
    [one] Wir halten einen Platz für Sie fest.
   *[other] Wir halten { $seats } Plätze für Sie fest.
}
claim-button = { $seats ->
    [one] Ja, ich nehme ihn
   *[other] Ja, ich nehme sie
}
decline-button = { $seats ->
    [one] Nein, absagen
   *[other] Nein, alle absagen
}
place-claimed-title = { $seats ->
    [one] Der Platz gehört Ihnen, sobald Sie bezahlt haben
   *[other] Die Plätze gehören Ihnen, sobald Sie bezahlt haben
}
pay-until = Bezahlen Sie bis
pay-button = Jetzt bezahlen
pay-body = Der Veranstalter sagt Ihnen, wie Sie bezahlen.
pay-or-lose = { $seats ->
    [one] Wenn Ihre Zahlung bis dahin nicht bei uns ist, bekommt die nächste Familie den Platz.
   *[other] Wenn Ihre Zahlung bis dahin nicht bei uns ist, bekommt die nächste Familie die Plätze.
}
add-to-calendar = In den Kalender
calendar-say-yes = Letzter Moment für Ihr Ja: { $event }
calendar-pay = Letzter Moment zum Bezahlen: { $event }
place-converted-title = { $seats ->
    [0] Ihre Plätze sind gebucht
    [one] Ihr Platz ist gebucht
   *[other] Ihre { $seats } Plätze sind gebucht
}
place-converted-body = Alles ist erledigt. Wir freuen uns auf Sie.
place-expired-title = Die Zeit ist abgelaufen
place-expired-body = { $seats ->
    [one] Die Zeit zum Antworten oder zum Bezahlen ist vorbei, deshalb ist der Platz an die nächste Familie gegangen. Schon bezahlt? Bitte melden Sie sich beim Veranstalter. Möchten Sie wieder warten? Sie stellen sich hinten an.
   *[other] Die Zeit zum Antworten oder zum Bezahlen ist vorbei, deshalb sind die Plätze an die nächste Familie gegangen. Schon bezahlt? Bitte melden Sie sich beim Veranstalter. Möchten Sie wieder warten? Sie stellen sich hinten an.
}
place-declined-title = { $seats ->
    [one] Sie haben den Platz weitergegeben
   *[other] Sie haben die Plätze weitergegeben
}
place-declined-body = { $seats ->
    [one] Die nächste Familie bekommt den Platz. Doch anders überlegt? Sie stellen sich hinten an.
   *[other] Die nächste Familie bekommt die Plätze. Doch anders überlegt? Sie stellen sich hinten an.
}
place-left-title = Sie haben die Reihe verlassen
place-left-body = Sie warten nicht mehr. Doch anders überlegt? Sie stellen sich hinten an.
place-removed-title = Ihr Platz wurde aus der Reihe genommen
place-removed-body = Der Veranstalter hat ihn herausgenommen. Möchten Sie wissen, warum? Bitte fragen Sie ihn.
place-unconfirmed-title = Ihr Platz wurde nicht bestätigt
place-unconfirmed-body = Der Knopf in unserer E-Mail wurde nicht rechtzeitig gedrückt, darum zählt dieser Platz nicht mehr. Möchten Sie wieder warten? Sie stellen sich hinten an.
phone-title = Auch per SMS
phone-body = Wir schicken einen Code an die Nummer, die auf { $ending } endet. Geben Sie ihn hier ein, dann schicken wir Ihnen auch SMS.
phone-send = Code schicken
phone-send-again = Noch einen Code schicken
phone-code-sent = Wir haben einen Code an die Nummer geschickt, die auf { $ending } endet. Er gilt zehn Minuten.
phone-code = Code aus der SMS
phone-code-hint = Sechs Ziffern
phone-confirm = Nummer bestätigen
phone-code-missing = Geben Sie die sechs Ziffern aus der SMS ein.
phone-code-wrong = { $left ->
    [one] Das ist nicht der Code. Sie können es noch einmal versuchen.
   *[other] Das ist nicht der Code. Sie können es noch { $left }-mal versuchen.
}
phone-code-used-up = Das ist nicht der Code, und er gilt nicht mehr. Fordern Sie einen neuen an.
phone-code-none = Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.
phone-code-too-many = Heute wurden so viele Codes geschickt, wie wir schicken dürfen. Haben Sie einen, geben Sie ihn hier ein, oder fordern Sie morgen einen neuen an.
phone-code-too-soon = In der letzten Stunde wurden viele Codes angefordert. Haben Sie einen, geben Sie ihn hier ein, oder fordern Sie in einer Stunde einen neuen an.
wait-again = Wieder auf die Warteliste
change = Angaben ändern
change-with-seats = Angaben ändern
change-with-answers = Angaben ändern
change-with-both = Angaben ändern
change-title = Ihre Angaben ändern
change-body = Ihr Platz in der Reihe bleibt. Was Sie leer lassen, bleibt, wie es ist.
change-seats-hint = 1 bis { $most }. Mit weniger Plätzen behalten Sie Ihre Stelle. Für mehr tragen Sie sich bitte noch einmal ein.
change-name-hint = Nur wenn er jetzt anders lautet
language = Sprache unserer Nachrichten
change-answers = Meine Antworten ändern
change-answers-hint = Was Sie hier schreiben, ersetzt alle früheren Antworten. Lassen Sie alles leer, so ändert sich nichts.
change-button = Änderungen speichern
change-back = Zurück, ohne etwas zu ändern
leave = Die Reihe verlassen
leave-question = Die Reihe verlassen?
leave-body = Ihr Platz geht dann an die Leute hinter Ihnen, und Sie bekommen ihn nicht zurück.
leave-button = Ja, die Reihe verlassen
stay-button = Nein, Platz behalten
let-go = { $seats ->
    [one] Platz abgeben
   *[other] Plätze abgeben
}
let-go-question = { $seats ->
    [one] Platz abgeben?
   *[other] Plätze abgeben?
}
let-go-body = { $seats ->
    [one] Er geht an die nächste Familie, und Sie bekommen ihn nicht zurück.
   *[other] Sie gehen an die nächste Familie, und Sie bekommen sie nicht zurück.
}
let-go-button = { $seats ->
    [one] Ja, abgeben
   *[other] Ja, alle abgeben
}
keep-button = { $seats ->
    [one] Nein, behalten
   *[other] Nein, alle behalten
}
notice-too-late = Ihre Antwort kam zu spät: Die Zeit für Ihr Ja war schon vorbei.
notice-phone-confirmed = Ihre Nummer ist bestätigt. Ab jetzt schicken wir Ihnen auch SMS.
notice-not-now = Das geht nicht mehr. So steht es jetzt.
notice-changed = Geändert. So steht es jetzt.
notice-too-many-changes = Sie haben diesen Platz sehr oft geändert. Ab jetzt kann das nur noch der Veranstalter.

unsubscribe-title = Keine Neuigkeiten mehr
unsubscribe-body = Wir schreiben Ihnen dann nur noch, wenn wir einen Platz für Sie festhalten.
unsubscribe-button = Keine Neuigkeiten mehr schicken
unsubscribed-title = Sie bekommen keine Neuigkeiten mehr
unsubscribed-body = Wenn wir einen Platz für Sie festhalten, schreiben wir Ihnen weiterhin.

find-title = Ihren Link wiederfinden
find-body = Sie warten auf einen Platz und haben den Link dazu verloren? Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen die Links zu allen Ihren Plätzen.
find-hint = Die Adresse, mit der Sie sich eingetragen haben
find-button = Links zuschicken
find-link = Link zu Ihrem Platz verloren?
find-sent-title = Schauen Sie in Ihr Postfach
find-sent-body = Wenn zu dieser Adresse ein Platz in einer Reihe gehört, sind die Links dorthin unterwegs.
find-sent-hint = Nach ein paar Minuten ist nichts da? Sehen Sie im Spam-Ordner nach, oder versuchen Sie eine andere Adresse, mit der Sie sich vielleicht eingetragen haben. Eine Adresse erhält höchstens drei solche E-Mails am Tag.
refused-too-many-link-mails = Aus Ihrem Netz wurde in der letzten Stunde oft nach Links gefragt. Bitte versuchen Sie es in einer Stunde noch einmal.
other-places = Ihre anderen Plätze
other-position = { $place } in der Reihe
other-waiting = wartet
other-draw = in der Verlosung
other-offered = Sie sind an der Reihe
other-claimed = zu bezahlen
other-converted = gebucht

not-found-title = Diese Seite finden wir nicht
not-found-body = Vielleicht ist der Link abgeschnitten, oder die Veranstaltung ist lange vorbei. Bitte öffnen Sie den Link aus Ihrer neuesten E-Mail.
over-title = Diese Veranstaltung ist lange vorbei
over-body = Ihr Platz wird hier nicht mehr gezeigt. Ist noch etwas offen? Bitte fragen Sie den Veranstalter.
busy-title = Gerade ist sehr viel los
busy-body = Wenn Sie einen Platz haben, ist er sicher. Bitte versuchen Sie es gleich noch einmal.
not-sent-title = Das kam nicht bei uns an
not-sent-body = Bitte gehen Sie zurück auf die Seite, und drücken Sie dort auf den Knopf.
try-again-title = Bei uns ist etwas schiefgegangen
try-again-body = Nichts ist verloren. Bitte versuchen Sie es gleich noch einmal.
again = Noch einmal versuchen

privacy = Datenschutz
privacy-title = Welche Daten wir von Ihnen speichern
privacy-who = { $organiser } führt diese Warteliste.
privacy-policy = Datenschutzerklärung
privacy-policy-of = Datenschutzerklärung: { $organiser }
privacy-kept-title = Was wir behalten
privacy-kept = Wenn Sie sich auf eine Warteliste setzen, behalten wir, was Sie eingeben: Ihren Namen, Ihre E-Mail-Adresse, Ihre Antworten, Ihre Sprache, und wenn Sie sie angeben Ihre Telefonnummer und den Namen der Person, für die der Platz ist. Dazu kommen Ihr Platz in der Reihe und was daraus wurde.
privacy-use-title = Wozu
privacy-use = Wir halten Ihren Platz und sagen Ihnen Bescheid, wenn Sie dran sind. Der Veranstalter sieht, wer wartet. Gegen Missbrauch merken wir uns, aus welchem Netz eine Seite geöffnet wurde. Cookies setzen diese Seiten nicht.
privacy-shared-title = Wer es bekommt
privacy-shared = Der Veranstalter bekommt es, und die Dienste, die diese Warteliste betreiben und unsere Nachrichten verschicken. Sonst bekommt es niemand, und verkauft wird nichts.
privacy-long-title = Wie lange
privacy-long = Name, Adresse, Nummer und Antworten und der Name der Person, für die der Platz war, werden gelöscht, wenn die Veranstaltung eine Weile vorbei ist. Wenn der Veranstalter nichts anderes gewählt hat, ist das 180 Tage nach ihrem Beginn. Was wir über Netze notieren, löschen wir in der Regel nach einem Monat. Was bleibt, nennt niemanden.
privacy-long-here = Bei dieser Veranstaltung werden Name, Adresse, Nummer und Antworten und der Name der Person, für die der Platz war, nach Ablauf von { $time } ab ihrem Beginn gelöscht. Was wir über Netze notieren, löschen wir in der Regel nach einem Monat. Was bleibt, nennt niemanden.
privacy-ask-title = Wen Sie fragen
privacy-ask = Möchten Sie sehen, ändern oder löschen lassen, was wir behalten? Bitte fragen Sie den Veranstalter. Eine Antwort auf eine unserer E-Mails erreicht ihn.
privacy-ask-of = Möchten Sie sehen, ändern oder löschen lassen, was wir behalten? Bitte fragen Sie { $organiser }. Sie können auch auf eine unserer E-Mails antworten.


privacy-more-title = Mehr zum Datenschutz
