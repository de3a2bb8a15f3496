# Les mots des pages en français. Les valeurs sont entre accolades.

contact = Écrire à l’organisateur
website = Site web
imprint = Mentions légales
optional = (facultatif)
yes = Oui
no = Non
error = Erreur
errors-title = Il y a un problème

event-title = Rejoindre la liste d’attente
event-title-on-sale = Des places sont en vente
event-title-paused = La liste d’attente fait une pause
event-title-closed = La liste d’attente est fermée
event-draw-title = L’ordre de la file est tiré au sort
on-sale = Tant qu’il reste des places, il n’y a pas de liste d’attente.
buy = Acheter une place
buy-ask = Demandez à l’organisateur comment en obtenir une.
event-begun = L’événement a commencé.
joining-paused = Elle n’accueille personne de nouveau pour le moment. Revenez un peu plus tard. Si vous attendez déjà, vous gardez votre place.
joining-closed = Elle n’accueille plus personne. Si vous attendez déjà, vous gardez votre place.
full = { $waiting ->
    [0] Complet. Personne n’attend encore.
    [one] Complet. Une famille attend.
   *[other] Complet. { $waiting } familles attendent.
}
full-about = Complet. Environ { $waiting } familles attendent.
full-plain = Complet. Vous pouvez rejoindre la liste d’attente.
how-it-works = Si une place se libère, nous vous la gardons pendant { $window } et nous vous prévenons. Vous dites alors oui ou non.
how-it-works-plain = Si une place se libère, nous vous la gardons un moment et nous vous prévenons. Vous dites alors oui ou non.
event-draw-body = Le tirage a lieu le { $time }. S’inscrire plus tôt ne donne pas plus de chances.
ticket = Billet
seats = Places
seats-hint = De 1 à { $most }
fewest = Nombre minimum de places pour vous
fewest-hint = S’il se libère moins de places que vous n’en voulez, nous vous proposons celles-là.
for-whom = Nom de l’enfant ou de l’invité
for-whom-hint = Laissez vide si la place est pour vous
name = Votre nom
email = E-mail
email-hint = Nous vous envoyons un e-mail. Appuyez sur le bouton qu’il contient, et votre place compte.
phone = Téléphone
phone-hint = Pour que nous puissions aussi vous envoyer des SMS.
phone-hint-no-texts = Au cas où l’organisateur aurait une question. Nous n’envoyons pas de SMS.
phone-hint-code = Écrivez-le avec l’indicatif du pays, par exemple +43 664 1234567.
told-how = Comment vous prévenir
told-hint = Nous envoyons des SMS aux numéros qui commencent par { $beginnings }.
told-by-email = Par e-mail
told-by-sms = Par SMS
have-a-code = J’ai un code
code = Code
consent = J’accepte que l’organisateur utilise ce que j’ai écrit ici, comme le dit sa politique de confidentialité.
consent-to = J’accepte que { $organiser } utilise ce que j’ai écrit ici, comme le dit sa politique de confidentialité.
consent-read = Lire la politique de confidentialité (dans un nouvel onglet)
what-we-keep = Nous gardons ce que vous écrivez pour tenir votre place et vous prévenir quand c’est votre tour.
join = Rejoindre la liste d’attente
join-draw = Participer au tirage au sort
join-for = Rejoindre la liste d’attente : { $ticket }
robot-checking = Nous vérifions que vous n’êtes pas un robot …
robot-checked = Vérifié : vous n’êtes pas un robot.
robot-failed = La vérification que vous n’êtes pas un robot a échoué. Appuyez encore une fois sur le bouton.
robot-needs-script = Ce formulaire vérifie que vous n’êtes pas un robot. Pour cela, JavaScript doit être activé dans votre navigateur.

choose-ticket = Choisissez un billet.
quantity-wrong = Indiquez un nombre de 1 à { $most }.
minimum-wrong = Indiquez au plus autant de places que vous en voulez en tout.
name-missing = Indiquez votre nom.
name-wrong = Indiquez votre nom seul, en 200 lettres au plus : ni numéro, ni lien, ni adresse e-mail.
email-missing = Indiquez votre adresse e-mail.
email-wrong = Indiquez une adresse e-mail du genre nom@example.org.
attendee-wrong = Indiquez un seul nom, avec des lettres, des chiffres, des espaces, des traits d’union et des apostrophes. Inscrivez-vous de nouveau pour chaque autre enfant.
code-wrong = Ce code ne marche pas ici, ou il est épuisé. Vérifiez-le, s’il vous plaît.
consent-missing = Cochez la case si vous êtes d’accord. Sans cela, nous ne pouvons pas vous inscrire.
phone-wrong = Nous ne pouvons pas lire ce numéro de téléphone. Écrivez-le avec l’indicatif du pays, par exemple +43 664 1234567.
phone-for-texts = Indiquez votre numéro de téléphone, ou choisissez l’e-mail.
phone-not-texted = Nous n’envoyons pas de SMS aux numéros de ce pays. Choisissez aussi l’e-mail.
answer-missing = Répondez ici, s’il vous plaît.
answer-wrong = Cette réponse ne convient pas. Regardez-la encore une fois.

refused-tickets-available = Des places sont encore en vente, il n’y a donc pas encore de liste d’attente.
refused-waitlist-full = La liste est pleine et n’accueille personne pour le moment. Revenez un peu plus tard.
refused-waitlist-closed = L’événement a commencé, la liste d’attente est donc fermée.
refused-joining-paused = La liste n’accueille personne de nouveau pour le moment. Revenez un peu plus tard.
refused-too-many-offers = Des places vous ont été proposées plusieurs fois aujourd’hui. Revenez demain.
refused-too-many-places = Vous avez déjà autant de places à cet événement qu’une personne peut en avoir.
refused-too-many-joins = Beaucoup d’inscriptions sont venues de votre réseau depuis une heure. Réessayez dans une heure.
refused-too-many-wrong-codes = Plusieurs codes venus de votre réseau n’ont pas marché. Réessayez dans une heure.
refused-forbidden = Seul l’organisateur peut vous inscrire sur cette liste.
refused-challenge-required = Nous n’avons pas pu vérifier que vous n’êtes pas un robot. Appuyez encore une fois sur le bouton.
refused-challenge-failed = La vérification que vous n’êtes pas un robot n’est plus valable. Appuyez encore une fois sur le bouton.
refused-busy = Il y a beaucoup de monde en ce moment, cela prend donc plus de temps. Appuyez de nouveau sur le bouton dans un instant : rien ne se fait deux fois.
refused-idempotency-in-progress = Nous y travaillons encore. Appuyez de nouveau sur le bouton dans un instant.

for = pour { $name }
so-many-seats = { $seats } places
you-are = Vous êtes à la
in-line = place dans la file
place-look-title = Consultez vos e-mails
place-confirm-title = Confirmez votre place
confirm-body = Appuyez sur le bouton, et votre place dans la file compte.
confirm-button = Oui, c’est ma place
confirm-look-in-your-mail = Nous vous avons envoyé un e-mail. Appuyez sur le bouton qu’il contient, et votre place compte. Vous pouvez fermer cette page.
confirm-by = Nous gardons votre place jusqu’au { $time }.
act-in-your-mail = Nous vous avons envoyé un e-mail à ce sujet. Ouvrez son lien pour répondre.
place-waiting-title = Votre place dans la file
waiting-body = { $seats ->
    [one] Quand ce sera votre tour, nous vous garderons une place pendant { $window } et nous vous préviendrons.
   *[other] Quand ce sera votre tour, nous vous garderons { $seats } places pendant { $window } et nous vous préviendrons.
}
waiting-body-plain = { $seats ->
    [one] Quand ce sera votre tour, nous vous garderons une place et nous vous préviendrons.
   *[other] Quand ce sera votre tour, nous vous garderons { $seats } places et nous vous préviendrons.
}
unconfirmed-before = { $count ->
    [one] Une personne devant vous n’a pas encore confirmé sa place.
   *[other] { $count } personnes devant vous n’ont pas encore confirmé leur place.
}
place-draw-title = Vous participez au tirage au sort
draw-body = { $entrants ->
    [one] Pour l’instant, vous êtes la seule personne. Le tirage a lieu le { $time }.
   *[other] { $entrants } personnes participent au tirage. Il a lieu le { $time }.
}
draw-check = Vérifier le tirage
draw-check-body = Ce nombre fixe le sort avant le tirage. Notez-le dès maintenant. Après le tirage, chacun peut vérifier avec lui que personne n’a rien changé.
place-offered-title = C’est votre tour
your-clock = À votre heure :
time-left = encore $&
say-yes-until = Dites oui avant le
seats-held = { $seats ->
    [one] Nous vous gardons une place.
   *[other] Nous vous gardons { $seats } places.
}
claim-button = { $seats ->
    [one] Oui, je la prends
   *[other] Oui, je les prends
}
decline-button = { $seats ->
    [one] Non, la laisser aux suivants
   *[other] Non, les laisser aux suivants
}
place-claimed-title = { $seats ->
    [one] La place est à vous dès que vous avez payé
   *[other] Les places sont à vous dès que vous avez payé
}
pay-until = Payez avant le
pay-button = Payer maintenant
pay-body = L’organisateur vous dit comment payer.
pay-or-lose = { $seats ->
    [one] Si le paiement ne nous parvient pas d’ici là, la place va à la famille suivante.
   *[other] Si le paiement ne nous parvient pas d’ici là, les places vont à la famille suivante.
}
add-to-calendar = Ajouter au calendrier
calendar-say-yes = Dernier moment pour dire oui : { $event }
calendar-pay = Dernier moment pour payer : { $event }
place-converted-title = { $seats ->
    [0] Vos places sont réservées
    [one] Votre place est réservée
   *[other] Vos { $seats } places sont réservées
}
place-converted-body = Tout est réglé. Nous nous réjouissons de vous voir.
place-expired-title = Le temps est écoulé
place-expired-body = { $seats ->
    [one] Le temps pour répondre ou pour payer est passé, la place est donc allée à la famille suivante. Vous avez déjà payé ? Contactez l’organisateur. Voulez-vous attendre de nouveau ? Vous serez au bout de la file.
   *[other] Le temps pour répondre ou pour payer est passé, les places sont donc allées à la famille suivante. Vous avez déjà payé ? Contactez l’organisateur. Voulez-vous attendre de nouveau ? Vous serez au bout de la file.
}
place-declined-title = { $seats ->
    [one] Vous avez laissé la place
   *[other] Vous avez laissé les places
}
place-declined-body = { $seats ->
    [one] Elle est allée à la famille suivante. Vous avez changé d’avis ? Vous serez au bout de la file.
   *[other] Elles sont allées à la famille suivante. Vous avez changé d’avis ? Vous serez au bout de la file.
}
place-left-title = Vous avez quitté la file
place-left-body = Vous n’attendez plus. Vous avez changé d’avis ? Vous serez au bout de la file.
place-removed-title = Votre place a été retirée de la file
place-removed-body = L’organisateur l’a retirée. Vous voulez savoir pourquoi ? Posez-lui la question.
place-unconfirmed-title = Votre place n’a pas été confirmée
place-unconfirmed-body = Le bouton de notre e-mail n’a pas été pressé à temps, cette place ne compte donc plus. Voulez-vous attendre de nouveau ? Vous serez au bout de la file.
phone-title = Recevoir aussi des SMS
phone-body = Nous envoyons un code au numéro qui se termine par { $ending }. Saisissez-le ici, et nous vous enverrons aussi des SMS.
phone-send = Envoyer le code
phone-send-again = Envoyer un autre code
phone-code-sent = Nous avons envoyé un code au numéro qui se termine par { $ending }. Il est valable dix minutes.
phone-code = Code reçu par SMS
phone-code-hint = Six chiffres
phone-confirm = Confirmer le numéro
phone-code-missing = Saisissez les six chiffres du SMS.
phone-code-wrong = { $left ->
    [one] Ce n’est pas le bon code. Vous pouvez essayer encore une fois.
   *[other] Ce n’est pas le bon code. Vous pouvez essayer encore { $left } fois.
}
phone-code-used-up = Ce n’est pas le bon code, et il n’est plus valable. Demandez-en un autre.
phone-code-none = Ce code n’est plus valable. Demandez-en un autre.
phone-code-too-many = Nous avons envoyé aujourd’hui autant de codes que possible. Si vous en avez un, saisissez-le ici, ou demandez-en un autre demain.
phone-code-too-soon = Beaucoup de codes ont été demandés depuis une heure. Si vous en avez un, saisissez-le ici, ou demandez-en un autre dans une heure.
wait-again = Rejoindre de nouveau la liste
change = Modifier mes indications
change-with-seats = Modifier mes indications
change-with-answers = Modifier mes indications
change-with-both = Modifier mes indications
change-title = Modifier vos indications
change-body = Vous gardez votre place dans la file. Ce que vous laissez vide reste comme avant.
change-seats-hint = De 1 à { $most }. Avec moins de places, vous gardez votre rang. Pour en avoir plus, inscrivez-vous de nouveau.
change-name-hint = Seulement s’il a changé
language = Langue de nos messages
change-answers = Modifier mes réponses
change-answers-hint = Ce que vous écrivez ici remplace toutes vos réponses d’avant. Laissez tout vide, et rien ne change.
change-button = Enregistrer les modifications
change-back = Retour, sans rien modifier
leave = Quitter la file
leave-question = Quitter la file ?
leave-body = Votre place va alors aux personnes derrière vous, et vous ne pourrez pas la reprendre.
leave-button = Oui, quitter la file
stay-button = Non, garder ma place
let-go = { $seats ->
    [one] Laisser la place
   *[other] Laisser les places
}
let-go-question = { $seats ->
    [one] Laisser la place ?
   *[other] Laisser les places ?
}
let-go-body = { $seats ->
    [one] Elle va à la famille suivante, et vous ne pourrez pas la reprendre.
   *[other] Elles vont à la famille suivante, et vous ne pourrez pas les reprendre.
}
let-go-button = { $seats ->
    [one] Oui, la laisser
   *[other] Oui, les laisser
}
keep-button = { $seats ->
    [one] Non, la garder
   *[other] Non, les garder
}
notice-too-late = Votre réponse est arrivée trop tard : le temps pour dire oui était passé.
notice-phone-confirmed = Votre numéro est confirmé. Désormais, nous vous envoyons aussi des SMS.
notice-not-now = Ce n’est plus possible. Voici où vous en êtes.
notice-changed = C’est modifié. Voici où vous en êtes.
notice-too-many-changes = Vous avez modifié cette place très souvent. Désormais, seul l’organisateur peut le faire.

unsubscribe-title = Plus de nouvelles de votre place
unsubscribe-body = Nous ne vous écrirons plus que pour les places que nous vous gardons.
unsubscribe-button = Ne plus m’envoyer de nouvelles
unsubscribed-title = Vous ne recevrez plus de nouvelles
unsubscribed-body = Nous vous écrirons encore quand une place vous est gardée.

find-title = Retrouver votre lien
find-body = Vous attendez une place et vous avez perdu le lien ? Indiquez votre adresse e-mail. Nous vous envoyons les liens de toutes vos places.
find-hint = L’adresse avec laquelle vous vous êtes inscrit
find-button = M’envoyer mes liens
find-link = Vous avez perdu le lien de votre place ?
find-sent-title = Consultez vos e-mails
find-sent-body = Si cette adresse a une place dans une file, ses liens sont en route vers elle.
find-sent-hint = Rien après quelques minutes ? Regardez dans les indésirables, ou essayez une autre adresse avec laquelle vous vous êtes peut-être inscrit. Une adresse reçoit au plus trois e-mails de ce type par jour.
refused-too-many-link-mails = Beaucoup de liens ont été demandés depuis votre réseau pendant la dernière heure. Réessayez dans une heure, s’il vous plaît.
other-places = Vos autres places
other-position = { $place } dans la file
other-waiting = en attente
other-draw = au tirage au sort
other-offered = C’est votre tour
other-claimed = à payer
other-converted = réservée

not-found-title = Nous ne trouvons pas cette page
not-found-body = Le lien est peut-être coupé, ou l’événement est passé depuis longtemps. Ouvrez le lien de votre dernier e-mail.
over-title = Cet événement est passé depuis longtemps
over-body = Votre place n’est plus affichée ici. Il vous reste une question ? Écrivez à l’organisateur.
busy-title = Il y a beaucoup de monde en ce moment
busy-body = Si vous avez une place, elle est bien gardée. Réessayez dans un instant.
not-sent-title = Cela ne nous est pas parvenu
not-sent-body = Revenez à la page, et appuyez là sur le bouton.
try-again-title = Quelque chose n’a pas marché chez nous
try-again-body = Rien n’est perdu. Réessayez dans un instant.
again = Réessayer

privacy = Vie privée
privacy-title = Les données que nous gardons sur vous
privacy-who = { $organiser } tient cette liste d’attente.
privacy-policy = Politique de confidentialité
privacy-policy-of = Politique de confidentialité : { $organiser }
privacy-kept-title = Ce que nous gardons
privacy-kept = Quand vous rejoignez une liste, nous gardons ce que vous écrivez : votre nom, votre adresse e-mail, vos réponses, votre langue, et si vous les donnez votre numéro de téléphone et le nom de la personne que vous inscrivez. Nous gardons aussi votre place dans la file et ce qu’elle est devenue.
privacy-use-title = À quoi cela sert
privacy-use = Nous gardons votre place et vous prévenons quand c’est votre tour. L’organisateur voit qui attend. Contre les abus, nous notons de quel réseau une page a été ouverte. Ces pages ne déposent aucun cookie.
privacy-shared-title = Qui le reçoit
privacy-shared = L’organisateur, et les services qui font marcher cette liste et envoient nos messages. Personne d’autre, et rien n’est vendu.
privacy-long-title = Pendant combien de temps
privacy-long = Votre nom, votre adresse, votre numéro, vos réponses et le nom de la personne inscrite sont effacés quelque temps après l’événement. Si l’organisateur n’a pas choisi un autre délai, c’est 180 jours après son début. Ce qui est noté des réseaux est en général effacé après un mois. Ce qui reste ne nomme personne.
privacy-long-here = Pour cet événement, votre nom, votre adresse, votre numéro, vos réponses et le nom de la personne inscrite sont effacés { $time } après son début. Ce qui est noté des réseaux est en général effacé après un mois. Ce qui reste ne nomme personne.
privacy-ask-title = À qui s’adresser
privacy-ask = Vous voulez voir, corriger ou faire effacer ce que nous gardons ? Écrivez à l’organisateur. Une réponse à l’un de nos e-mails lui parvient.
privacy-ask-of = Vous voulez voir, corriger ou faire effacer ce que nous gardons ? Adressez-vous à { $organiser }. Vous pouvez aussi répondre à l’un de nos e-mails.


privacy-more-title = En savoir plus sur la vie privée
