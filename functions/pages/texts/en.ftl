# The words of the pages in English. Values stand in braces.

contact = Contact the organiser
optional = (optional)
yes = Yes
no = No
error = Error
errors-title = There is a problem

event-title = Join the waitlist
on-sale = Seats are on sale, so there is no line.
buy = Buy a ticket
event-begun = The event has begun. Nobody joins the line any more.
joining-paused = The line takes nobody new for now. Please look again later.
joining-closed = The line takes nobody new any more.
full = { $waiting ->
    [0] Full. Nobody is waiting yet.
    [one] Full. About one family is waiting.
   *[other] Full. About { $waiting } families are waiting.
}
full-plain = Full. You can join the waitlist.
how-it-works = If a seat comes free, we hold it for you for { $window } and tell you. You then say yes or no.
how-it-works-plain = If a seat comes free, we hold it for you for a while and tell you. You then say yes or no.
ticket = Ticket
seats = Seats
seats-hint = 1 to { $most }
fewest = Fewest seats that would do
fewest-hint = If fewer seats come free, we offer you those.
for-whom = For whom
for-whom-hint = The name of the child or guest, if it is not for you
name = Your name
email = E-mail
email-hint = We send you a link. Press the button there to confirm your place.
phone = Mobile phone
phone-hint = With the country code, such as +43 660 1234567
sms = Tell me by text message too
have-a-code = I have a code
code = Code
join = Join the waitlist

choose-ticket = Choose a ticket.
quantity-wrong = Enter a number of seats that the event allows.
minimum-wrong = Enter a number that is not above the seats you want.
name-missing = Enter your name.
name-wrong = Enter your name, in at most 200 letters.
email-missing = Enter your e-mail address.
email-wrong = Enter an e-mail address like name@example.org.
phone-missing = Enter your phone number, or untick text messages.
phone-wrong = Enter a mobile number with its country code, such as +43 660 1234567.
attendee-wrong = Enter a name of letters, digits and hyphens.
code-wrong = This code is not right, or it is used up.
answer-missing = Please answer this.
answer-wrong = This answer does not fit. Please look at it again.

refused-tickets-available = There are still seats on sale, so there is no line yet.
refused-waitlist-full = The line is full and takes nobody new.
refused-waitlist-closed = The event has begun. Nobody joins the line any more.
refused-joining-paused = The line takes nobody new for now. Please look again later.
refused-too-many-offers = You were offered seats several times today. Please come back tomorrow.
refused-too-many-places = You already have as many places at this event as one person may have.
refused-too-many-joins = Too many people joined from this network in the last hour. Please try again later.
refused-too-many-wrong-codes = Too many wrong codes came from this network. Please try again later.
refused-forbidden = People join this line through the organiser. Please ask there.
refused-challenge-required = To join this line, please use the organiser’s own page. It checks that you are no robot.
refused-idempotency-in-progress = We are still working on it. Please press the button again in a moment.

for = for { $name }
you-are = You are
in-line = in line
place-confirm-title = Confirm your place
confirm-body = Press the button, and your place in the line counts.
confirm-button = Yes, this is my place
confirm-look-in-your-mail = We sent you an e-mail. Press the button in it, and your place counts. You can close this page.
confirm-by = Your place is kept until { $time }.
place-waiting-title = Your place in the line
waiting-body = When it is your turn, we hold a seat for you for { $window } and tell you.
waiting-body-plain = When it is your turn, we hold a seat for you and tell you.
unconfirmed-before = { $count ->
    [one] One of those before you has not confirmed their place yet.
   *[other] { $count } of those before you have not confirmed their place yet.
}
place-draw-title = You are in the draw
draw-body = { $entrants ->
    [one] So far you are the only one. The draw is on { $time }.
   *[other] { $entrants } are in the draw. It is on { $time }.
}
place-offered-title = It is your turn
say-yes-until = Say yes until
seats-held = { $seats ->
    [one] We hold a seat for you.
   *[other] We hold { $seats } seats for you.
}
claim-button = { $seats ->
    [one] Yes, I want it
   *[other] Yes, I want them
}
decline-button = No, give it to the next
place-claimed-title = { $seats ->
    [one] The seat is yours once you have paid
   *[other] The seats are yours once you have paid
}
pay-until = Pay until
pay-button = Pay now
pay-body = The organiser tells you how to pay.
pay-or-lose = If you do not pay by then, the seat goes to the next in line.
place-converted-title = You are booked
place-converted-body = The seat is yours. We look forward to seeing you.
place-expired-title = The time ran out
place-expired-body = The time to say yes is over, so the seat went to the next in line. You can wait again.
place-declined-title = You let the seat go
place-declined-body = The seat went to the next in line. Changed your mind? You can wait again.
place-left-title = You left the line
place-left-body = You no longer wait. Changed your mind? You can wait again, at the end of the line.
place-removed-title = You were taken out of the line
place-removed-body = The organiser took this place out of the line. Please ask the organiser if you wonder why.
place-unconfirmed-title = Your place was not confirmed
place-unconfirmed-body = Nobody confirmed this place in time, so it no longer counts. You can wait again.
wait-again = Wait again
leave = Leave the line
leave-question = Leave the line?
leave-body = Your place is then gone for good.
leave-button = Yes, leave the line
stay-button = No, keep my place
notice-too-late = The time to say yes was over already.
notice-not-now = That was no longer possible. This is how it stands now.

unsubscribe-title = No more news about your place
unsubscribe-body = We then write to you only about seats that are held for you.
unsubscribe-button = Send me no more news
unsubscribed-title = You get no more news
unsubscribed-body = We still write to you when a seat is held for you.

not-found-title = This page is not here
not-found-body = The link may be cut off, or the event is long over. Please open the link from your latest e-mail.
too-many-title = Too many requests
too-many-body = Please wait a little, and try again.
not-sent-title = That did not reach us
not-sent-body = Please go back to the page, and press the button there.
try-again-title = Something went wrong on our side
try-again-body = Nothing is lost. Please try again in a moment.
