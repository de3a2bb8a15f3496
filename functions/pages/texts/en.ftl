# The words of the pages in English. Values stand in braces.

contact = Contact the organiser
website = Website
imprint = Imprint
optional = (optional)
yes = Yes
no = No
error = Error
errors-title = There is a problem

event-title = Join the waitlist
event-title-on-sale = Seats are on sale
event-title-paused = The line is paused
event-title-closed = The line is closed
event-draw-title = The places in line are drawn by lot
on-sale = There is no line as long as seats are left.
buy = Buy a ticket
buy-ask = Ask the organiser how to get one.
event-begun = The event has begun.
joining-paused = It takes nobody new for now. Please look again later. If you already wait, you keep your place.
joining-closed = It takes nobody new any more. If you already wait, you keep your place.
full = { $waiting ->
    [0] Full. Nobody is waiting yet.
    [one] Full. One family is waiting.
   *[other] Full. { $waiting } families are waiting.
}
full-about = Full. About { $waiting } families are waiting.
full-plain = Full. You can join the waitlist.
how-it-works = If a seat comes free, we hold it for you for { $window } and tell you. Then you say yes or no.
how-it-works-plain = If a seat comes free, we hold it for you for a while and tell you. Then you say yes or no.
event-draw-body = The draw is on { $time }. Joining early gives no better chance.
ticket = Ticket
seats = Seats
seats-hint = 1 to { $most }
fewest = Fewest seats you would take
fewest-hint = If fewer seats come free than you want, we offer you those.
for-whom = Child’s or guest’s name
for-whom-hint = Leave empty if the seat is for you
name = Your name
email = E-mail
email-hint = We send you an e-mail. Press the button in it, and your place counts.
phone = Phone
phone-hint = So that we can also text you.
phone-hint-no-texts = In case the organiser has a question. We send no texts.
phone-hint-code = Write it with the country’s code, such as +43 664 1234567.
told-how = How to tell you
told-hint = We text numbers that begin with { $beginnings }.
told-by-email = By e-mail
told-by-sms = By text message
have-a-code = I have a code
code = Code
consent = I agree that the organiser uses what I typed here, as their privacy policy says.
consent-to = I agree that { $organiser } uses what I typed here, as their privacy policy says.
consent-read = Read the privacy policy (in a new tab)
what-we-keep = We keep what you typed to hold your place and tell you when it is your turn.
join = Join the waitlist
join-draw = Join the draw
join-for = Join the waitlist for { $ticket }
robot-checking = Checking that you are not a robot …
robot-checked = Checked: you are not a robot.
robot-failed = The check that you are not a robot did not work. Please press the button again.
robot-needs-script = This form checks that you are not a robot. For that, JavaScript must be on in your browser.

choose-ticket = Choose a ticket.
quantity-wrong = Enter a number from 1 to { $most }.
minimum-wrong = Enter at most as many as you want in all.
name-missing = Enter your name.
name-wrong = Enter your name alone, in at most 200 letters: no number, no link and no e-mail address.
email-missing = Enter your e-mail address.
email-wrong = Enter an e-mail address like name@example.org.
attendee-wrong = Enter one name only, with letters, digits, spaces, hyphens and apostrophes. Join again for each further child.
code-wrong = This code does not work here, or somebody has used it up. Please check it.
consent-missing = Tick the box if you agree. Without it we can’t put you on the list.
phone-wrong = We can’t read this phone number. Write it with the country’s code, such as +43 664 1234567.
phone-for-texts = Enter your phone number, or choose e-mail.
phone-not-texted = We send no texts to numbers of this country. Please choose e-mail too.
answer-missing = Please answer this.
answer-wrong = This answer does not fit. Please look at it again.

refused-tickets-available = There are still seats on sale, so there is no line yet.
refused-waitlist-full = The line is full and takes nobody new for now. Please look again later.
refused-waitlist-closed = The event has begun, so the line is closed.
refused-joining-paused = The line takes nobody new for now. Please look again later.
refused-too-many-offers = You were offered seats several times today. Please come back tomorrow.
refused-too-many-places = You already have as many places at this event as one person can have.
refused-too-many-joins = Many people joined from your network in the last hour. Please try again in an hour.
refused-too-many-wrong-codes = Several codes from your network did not work. Please try again in an hour.
refused-forbidden = Only the organiser can add you to this line.
refused-challenge-required = We could not check that you are not a robot. Please press the button again.
refused-challenge-failed = The check that you are not a robot did not hold. Please press the button again.
refused-busy = A lot is going on right now, so this takes longer. Please press the button again in a moment: nothing happens twice.
refused-idempotency-in-progress = We are still working on it. Please press the button again in a moment.

for = for { $name }
so-many-seats = { $seats } seats
you-are = You are
in-line = in line
place-look-title = Check your e-mail
place-confirm-title = Confirm your place
confirm-body = Press the button, and your place in the line counts.
confirm-button = Yes, this is my place
confirm-look-in-your-mail = We sent you an e-mail. Press the button in it, and your place counts. You can close this page.
confirm-by = Your place is kept until { $time }.
act-in-your-mail = We sent you an e-mail about it. Please open its link to answer.
place-waiting-title = Your place in the line
waiting-body = { $seats ->
    [one] When it is your turn, we hold a seat for you for { $window } and tell you.
   *[other] When it is your turn, we hold { $seats } seats for you for { $window } and tell you.
}
waiting-body-plain = { $seats ->
    [one] When it is your turn, we hold a seat for you and tell you.
   *[other] When it is your turn, we hold { $seats } seats for you and tell you.
}
unconfirmed-before = { $count ->
    [one] One of those before you has not confirmed their place yet.
   *[other] { $count } of those before you have not confirmed their place yet.
}
place-draw-title = You are in the draw
draw-body = { $entrants ->
    [one] So far you are the only one. The draw is on { $time }.
   *[other] { $entrants } are in the draw. It is on { $time }.
}
draw-check = Check the draw
draw-check-body = This number fixes the lots before the draw. Note it now. After the draw, anybody can check with it that nobody changed them.
place-offered-title = It is your turn
time-left = $& left
your-clock = In your time:
say-yes-until = Say yes by
seats-held = { $seats ->
    [one] We hold a seat for you.
   *[other] We hold { $seats } seats for you.
}
claim-button = { $seats ->
    [one] Yes, I want it
   *[other] Yes, I want them
}
decline-button = { $seats ->
    [one] No, give it to the next
   *[other] No, give them to the next
}
place-claimed-title = { $seats ->
    [one] The seat is yours once you have paid
   *[other] The seats are yours once you have paid
}
pay-until = Pay by
pay-button = Pay now
pay-body = The organiser tells you how to pay.
pay-or-lose = { $seats ->
    [one] If the payment does not reach us by then, the seat goes to the next family.
   *[other] If the payment does not reach us by then, the seats go to the next family.
}
add-to-calendar = Add to calendar
calendar-say-yes = Last moment to say yes: { $event }
calendar-pay = Last moment to pay: { $event }
place-converted-title = { $seats ->
    [0] Your seats are booked
    [one] Your seat is booked
   *[other] Your { $seats } seats are booked
}
place-converted-body = Everything is done. We look forward to seeing you.
place-expired-title = The time ran out
place-expired-body = { $seats ->
    [one] The time to answer or to pay is over, so the seat went to the next family. Already paid? Please contact the organiser. Want to wait again? You join at the end of the line.
   *[other] The time to answer or to pay is over, so the seats went to the next family. Already paid? Please contact the organiser. Want to wait again? You join at the end of the line.
}
place-declined-title = { $seats ->
    [one] You let the seat go
   *[other] You let the seats go
}
place-declined-body = { $seats ->
    [one] The seat went to the next family. Changed your mind? You join at the end of the line.
   *[other] The seats went to the next family. Changed your mind? You join at the end of the line.
}
place-left-title = You left the line
place-left-body = You no longer wait. Changed your mind? You join at the end of the line.
place-removed-title = Your place was taken out of the line
place-removed-body = The organiser took it out. Want to know why? Please ask the organiser.
place-unconfirmed-title = Your place was not confirmed
place-unconfirmed-body = The button in our e-mail was not pressed in time, so this place no longer counts. Want to wait again? You join at the end of the line.
phone-title = Get texts on your phone
phone-body = We send a code to the number that ends in { $ending }. Enter the code here, and we also text you.
phone-send = Send the code
phone-send-again = Send another code
phone-code-sent = We sent a code to the number that ends in { $ending }. It works for ten minutes.
phone-code = Code from the text message
phone-code-hint = Six digits
phone-confirm = Confirm the number
phone-code-missing = Enter the six digits from the text message.
phone-code-wrong = { $left ->
    [one] This is not the code. You can try once more.
   *[other] This is not the code. You can try { $left } more times.
}
phone-code-used-up = This is not the code, and it can’t be tried again. Ask for another one.
phone-code-none = This code no longer works. Ask for another one.
phone-code-too-many = As many codes were sent today as we may send. If you have one, enter it here, or ask for another one tomorrow.
phone-code-too-soon = Many codes were asked for in the last hour. If you have one, enter it here, or ask for another one in an hour.
wait-again = Join the waitlist again
change = Change name, language
change-with-seats = Change seats, name, language
change-with-answers = Change name, language, answers
change-with-both = Change seats, name, language, answers
change-title = Change what you told us
change-body = You keep your place in the line. What you leave empty stays as it is.
change-seats-hint = 1 to { $most }. With fewer seats you keep your place. If you want more, please join again.
change-name-hint = Only if it is another one now
language = Language of our messages
change-answers = Change my answers
change-answers-hint = What you write here replaces all that you answered before. Leave all of it empty, and nothing changes.
change-button = Save the changes
change-back = Back without changing anything
leave = Leave the line
leave-question = Leave the line?
leave-body = Your place then goes to the people behind you, and you can’t get it back.
leave-button = Yes, leave the line
stay-button = No, keep my place
let-go = { $seats ->
    [one] Let the seat go
   *[other] Let the seats go
}
let-go-question = { $seats ->
    [one] Let the seat go?
   *[other] Let the seats go?
}
let-go-body = { $seats ->
    [one] It goes to the next family, and you can’t get it back.
   *[other] They go to the next family, and you can’t get them back.
}
let-go-button = { $seats ->
    [one] Yes, let it go
   *[other] Yes, let them go
}
keep-button = { $seats ->
    [one] No, keep it
   *[other] No, keep them
}
notice-too-late = You answered too late: the time to say yes was over.
notice-phone-confirmed = Your number is confirmed. From now on we also text you.
notice-not-now = That is no longer possible. Here is where you stand.
notice-changed = Changed. This is how it stands now.
notice-too-many-changes = You have changed this place very often. From now on only the organiser can change it.

unsubscribe-title = No more news about your place
unsubscribe-body = We then write to you only about seats that are held for you.
unsubscribe-button = Send me no more news
unsubscribed-title = You get no more news
unsubscribed-body = We still write to you when a seat is held for you.

find-title = Find your link
find-body = Do you wait in a line, and have lost the link to your place? Enter your e-mail address. We send you the links to all your places.
find-hint = The address with which you joined
find-button = Send me my links
find-link = Lost the link to your place?
find-sent-title = Check your e-mail
find-sent-body = If this address has a place in a line, its links are on their way to it.
find-sent-hint = Nothing there after a few minutes? Look in the spam folder, or try another address with which you may have joined. An address gets at most three such e-mails a day.
refused-too-many-link-mails = Many links were asked for from your network in the last hour. Please try again in an hour.
other-places = Your other places
other-position = { $place } in line
other-waiting = waiting
other-draw = in the draw
other-offered = It is your turn
other-claimed = to be paid
other-converted = booked

not-found-title = We can’t find this page
not-found-body = The link may be cut off, or the event is long over. Please open the link from your latest e-mail.
over-title = This event is long over
over-body = Your place is no longer shown here. Is there a question left? Please ask the organiser.
busy-title = A lot is going on right now
busy-body = If you have a place, it is safe. Please try again in a moment.
not-sent-title = That did not reach us
not-sent-body = Please go back to the page, and press the button there.
try-again-title = Something went wrong on our side
try-again-body = Nothing is lost. Please try again in a moment.
again = Try again

privacy = Privacy
privacy-title = What we store about you
privacy-who = { $organiser } runs this waitlist.
privacy-policy = Privacy policy
privacy-policy-of = Privacy policy of { $organiser }
privacy-kept-title = What we keep
privacy-kept = When you join a line, we keep what you typed: your name, your e-mail address, your answers, your language, and if you gave them your phone number and the name of the person you join for. We also keep your place in line and what became of it.
privacy-use-title = What it is for
privacy-use = We hold your place and tell you when it is your turn. The organiser sees who waits. Against misuse we note from which network a page was opened. These pages set no cookies.
privacy-shared-title = Who gets it
privacy-shared = The organiser gets it, and so do the services that run this waitlist and send our messages. Nobody else does, and nothing is sold.
privacy-long-title = For how long
privacy-long = Your name, address, number and answers, and the name of the person you joined for, are deleted once the event has been over for some time. Unless the organiser chose another time, that is 180 days after it began. Notes of networks usually go after a month. What stays names nobody.
privacy-long-here = For this event, your name, address, number and answers, and the name of the person you joined for, are deleted { $time } after it began. Notes of networks usually go after a month. What stays names nobody.
privacy-ask-title = Whom to ask
privacy-ask = Do you want to see, correct or delete what we keep? Please ask the organiser. A reply to any of our e-mails reaches them.
privacy-ask-of = Do you want to see, correct or delete what we keep? Please ask { $organiser }. A reply to any of our e-mails reaches them.


privacy-more-title = More about privacy
