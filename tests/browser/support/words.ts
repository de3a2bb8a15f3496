// What the pages and mails of the story say, in each language in which it is told.

export interface Words {
  locale: string;
  name: string;
  email: string;
  join: string;
  lookIntoYourMail: string;
  confirmMail: string;
  confirm: string;
  confirmed: string;
  firstInLine: string;
  offerMail: string;
  offered: string;
  claim: string;
  toPay: string;
  booked: string;
}

export const LANGUAGES: Words[] = [
  {
    locale: "en-GB",
    name: "Your name",
    email: "E-mail",
    join: "Join the waitlist",
    lookIntoYourMail: "We sent you an e-mail.",
    confirmMail: "Please confirm your place",
    confirm: "Yes, this is my place",
    confirmed: "Your place in the line",
    firstInLine: "You are 1st in line",
    offerMail: "held for you",
    offered: "It is your turn",
    claim: "Yes, I want it",
    toPay: "The seat is yours once you have paid",
    booked: "Your seat is booked",
  },
  {
    locale: "de-DE",
    name: "Ihr Name",
    email: "E-Mail",
    join: "In die Warteliste eintragen",
    lookIntoYourMail: "Wir haben Ihnen eine E-Mail geschickt.",
    confirmMail: "Bitte bestätigen Sie Ihren Platz",
    confirm: "Ja, das ist mein Platz",
    confirmed: "Ihr Platz in der Reihe",
    firstInLine: "Sie sind an 1. Stelle in der Reihe",
    offerMail: "für Sie reserviert",
    offered: "Sie sind dran",
    claim: "Ja, ich nehme ihn",
    toPay: "Der Platz gehört Ihnen, sobald Sie bezahlt haben",
    booked: "Ihr Platz ist gebucht",
  },
];
