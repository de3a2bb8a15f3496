# Las palabras de las páginas en español. Los valores van entre llaves.

contact = Escribir a la organización
website = Sitio web
imprint = Aviso legal
optional = (opcional)
yes = Sí
no = No
error = Error
errors-title = Hay un problema

event-title = Apuntarse a la lista de espera
event-title-on-sale = Hay plazas a la venta
event-title-paused = La lista de espera está en pausa
event-title-closed = La lista de espera está cerrada
event-draw-title = El orden de la fila se sortea
on-sale = Mientras queden plazas, no hay lista de espera.
buy = Comprar una plaza
buy-ask = Pregunte a la organización cómo conseguir una.
event-begun = El evento ya ha empezado.
joining-paused = Por ahora no admite a nadie más. Vuelva a mirar más tarde. Si ya está esperando, conserva su puesto.
joining-closed = Ya no admite a nadie más. Si ya está esperando, conserva su puesto.
full = { $waiting ->
    [0] Completo. Todavía no espera nadie.
    [one] Completo. Espera una familia.
   *[other] Completo. Esperan { $waiting } familias.
}
full-about = Completo. Esperan unas { $waiting } familias.
full-plain = Completo. Puede apuntarse a la lista de espera.
how-it-works = Si queda libre una plaza, se la guardamos durante { $window } y le avisamos. Entonces usted dice sí o no.
how-it-works-plain = Si queda libre una plaza, se la guardamos un tiempo y le avisamos. Entonces usted dice sí o no.
event-draw-body = El sorteo es el { $time }. Apuntarse antes no da más posibilidades.
ticket = Entrada
seats = Plazas
seats-hint = De 1 a { $most }
fewest = Mínimo de plazas que aceptaría
fewest-hint = Si quedan libres menos plazas de las que quiere, le ofrecemos esas.
for-whom = Nombre del niño, la niña o la persona invitada
for-whom-hint = Déjelo vacío si la plaza es para usted
name = Su nombre
email = Correo electrónico
email-hint = Le enviamos un correo. Pulse el botón que contiene y su puesto ya cuenta.
phone = Teléfono
phone-hint = Para que también podamos enviarle SMS.
phone-hint-no-texts = Por si la organización tiene una pregunta. No enviamos SMS.
phone-hint-code = Escríbalo con el prefijo del país, por ejemplo +43 664 1234567.
told-how = Cómo avisarle
told-hint = Enviamos SMS a los números que empiezan por { $beginnings }.
told-by-email = Por correo electrónico
told-by-sms = Por SMS
have-a-code = Tengo un código
code = Código
consent = Acepto que la organización use lo que he escrito aquí, como dice su política de privacidad.
consent-to = Acepto que { $organiser } use lo que he escrito aquí, como dice su política de privacidad.
consent-read = Leer la política de privacidad (en otra pestaña)
what-we-keep = Guardamos lo que escribe para mantener su puesto y avisarle cuando le toque.
join = Apuntarme a la lista de espera
join-draw = Participar en el sorteo
join-for = Apuntarse a la lista de espera: { $ticket }
robot-checking = Comprobamos que usted no es un robot …
robot-checked = Comprobado: usted no es un robot.
robot-failed = La comprobación de que usted no es un robot ha fallado. Pulse el botón otra vez.
robot-needs-script = Este formulario comprueba que usted no es un robot. Para ello, JavaScript debe estar activado en su navegador.

choose-ticket = Elija una entrada.
quantity-wrong = Indique un número de 1 a { $most }.
minimum-wrong = Indique como máximo tantas plazas como quiere en total.
name-missing = Indique su nombre.
name-wrong = Indique solo su nombre, con 200 letras como máximo: sin números, enlaces ni correos electrónicos.
email-missing = Indique su correo electrónico.
email-wrong = Indique un correo electrónico como nombre@example.org.
attendee-wrong = Indique un solo nombre, con letras, cifras, espacios, guiones y apóstrofos. Apúntese otra vez por cada niño o niña más.
code-wrong = Este código no sirve aquí, o ya está agotado. Compruébelo, por favor.
consent-missing = Marque la casilla si está de acuerdo. Sin eso no podemos apuntarle.
phone-wrong = No podemos leer este número de teléfono. Escríbalo con el prefijo del país, por ejemplo +43 664 1234567.
phone-for-texts = Indique su número de teléfono o elija el correo electrónico.
phone-not-texted = No enviamos SMS a los números de este país. Elija también el correo electrónico.
answer-missing = Responda aquí, por favor.
answer-wrong = Esta respuesta no encaja. Mírela otra vez, por favor.

refused-tickets-available = Todavía hay plazas a la venta, así que aún no hay lista de espera.
refused-waitlist-full = La lista está llena y por ahora no admite a nadie más. Vuelva a mirar más tarde.
refused-waitlist-closed = El evento ya ha empezado, así que la lista de espera está cerrada.
refused-joining-paused = Por ahora la lista no admite a nadie más. Vuelva a mirar más tarde.
refused-too-many-offers = Hoy ya se le han ofrecido plazas varias veces. Vuelva mañana, por favor.
refused-too-many-places = Ya tiene tantos puestos en este evento como puede tener una persona.
refused-too-many-joins = En la última hora se han apuntado muchas personas desde su red. Inténtelo de nuevo dentro de una hora.
refused-too-many-wrong-codes = Varios códigos enviados desde su red no han servido. Inténtelo de nuevo dentro de una hora.
refused-forbidden = Solo la organización puede apuntarle a esta lista.
refused-challenge-required = No hemos podido comprobar que usted no es un robot. Pulse el botón otra vez.
refused-challenge-failed = La comprobación de que usted no es un robot ya no es válida. Pulse el botón otra vez.
refused-busy = Ahora mismo hay mucho movimiento, así que tarda un poco más. Pulse el botón otra vez dentro de un momento: nada se hace dos veces.
refused-idempotency-in-progress = Todavía estamos en ello. Pulse el botón otra vez dentro de un momento.

for = para { $name }
so-many-seats = { $seats } plazas
you-are = Está en el
in-line = puesto de la fila
place-look-title = Revise su correo electrónico
place-confirm-title = Confirme su puesto
confirm-body = Pulse el botón y su puesto en la fila ya cuenta.
confirm-button = Sí, este es mi puesto
confirm-look-in-your-mail = Le hemos enviado un correo. Pulse el botón que contiene y su puesto ya cuenta. Puede cerrar esta página.
confirm-by = Le guardamos el puesto hasta el { $time }.
act-in-your-mail = Le hemos enviado un correo sobre ello. Abra su enlace para responder.
place-waiting-title = Su puesto en la fila
waiting-body = { $seats ->
    [one] Cuando le toque, le guardaremos una plaza durante { $window } y le avisaremos.
   *[other] Cuando le toque, le guardaremos { $seats } plazas durante { $window } y le avisaremos.
}
waiting-body-plain = { $seats ->
    [one] Cuando le toque, le guardaremos una plaza y le avisaremos.
   *[other] Cuando le toque, le guardaremos { $seats } plazas y le avisaremos.
}
unconfirmed-before = { $count ->
    [one] Una persona delante de usted todavía no ha confirmado su puesto.
   *[other] { $count } personas delante de usted todavía no han confirmado su puesto.
}
place-draw-title = Participa en el sorteo
draw-body = { $entrants ->
    [one] Por ahora solo participa usted. El sorteo es el { $time }.
   *[other] Participan { $entrants } personas. El sorteo es el { $time }.
}
draw-check = Comprobar el sorteo
draw-check-body = Este número fija la suerte antes del sorteo. Anótelo ahora. Después del sorteo, cualquiera puede comprobar con él que nadie ha cambiado nada.
place-offered-title = Le toca a usted
time-left = quedan $&
your-clock = En su hora:
say-yes-until = Diga que sí antes del
seats-held = { $seats ->
    [one] Le guardamos una plaza.
   *[other] Le guardamos { $seats } plazas.
}
claim-button = { $seats ->
    [one] Sí, la quiero
   *[other] Sí, las quiero
}
decline-button = { $seats ->
    [one] No, dejarla para la siguiente familia
   *[other] No, dejarlas para la siguiente familia
}
place-claimed-title = { $seats ->
    [one] La plaza será suya en cuanto pague
   *[other] Las plazas serán suyas en cuanto pague
}
pay-until = Pague antes del
pay-button = Pagar ahora
pay-body = La organización le dirá cómo pagar.
pay-or-lose = { $seats ->
    [one] Si el pago no nos llega antes, la plaza pasa a la siguiente familia.
   *[other] Si el pago no nos llega antes, las plazas pasan a la siguiente familia.
}
add-to-calendar = Añadir al calendario
calendar-say-yes = Último momento para decir que sí: { $event }
calendar-pay = Último momento para pagar: { $event }
place-converted-title = { $seats ->
    [0] Sus plazas están reservadas
    [one] Su plaza está reservada
   *[other] Sus { $seats } plazas están reservadas
}
place-converted-body = Todo está listo. Nos alegrará verle.
place-expired-title = Se acabó el tiempo
place-expired-body = { $seats ->
    [one] El tiempo para responder o para pagar ha terminado, así que la plaza pasó a la siguiente familia. ¿Ya ha pagado? Póngase en contacto con la organización. ¿Quiere volver a esperar? Empezará al final de la fila.
   *[other] El tiempo para responder o para pagar ha terminado, así que las plazas pasaron a la siguiente familia. ¿Ya ha pagado? Póngase en contacto con la organización. ¿Quiere volver a esperar? Empezará al final de la fila.
}
place-declined-title = { $seats ->
    [one] Ha dejado pasar la plaza
   *[other] Ha dejado pasar las plazas
}
place-declined-body = { $seats ->
    [one] La plaza pasó a la siguiente familia. ¿Ha cambiado de idea? Empezará al final de la fila.
   *[other] Las plazas pasaron a la siguiente familia. ¿Ha cambiado de idea? Empezará al final de la fila.
}
place-left-title = Ha salido de la fila
place-left-body = Ya no está esperando. ¿Ha cambiado de idea? Empezará al final de la fila.
place-removed-title = Su puesto se ha quitado de la fila
place-removed-body = Lo ha quitado la organización. ¿Quiere saber por qué? Pregunte a la organización, por favor.
place-unconfirmed-title = Su puesto no se confirmó
place-unconfirmed-body = El botón de nuestro correo no se pulsó a tiempo, así que este puesto ya no cuenta. ¿Quiere volver a esperar? Empezará al final de la fila.
phone-title = Recibir también SMS
phone-body = Enviamos un código al número que termina en { $ending }. Escríbalo aquí y le enviaremos también SMS.
phone-send = Enviar el código
phone-send-again = Enviar otro código
phone-code-sent = Hemos enviado un código al número que termina en { $ending }. Es válido durante diez minutos.
phone-code = Código del SMS
phone-code-hint = Seis cifras
phone-confirm = Confirmar el número
phone-code-missing = Escriba las seis cifras del SMS.
phone-code-wrong = { $left ->
    [one] Este no es el código. Puede intentarlo una vez más.
   *[other] Este no es el código. Puede intentarlo { $left } veces más.
}
phone-code-used-up = Este no es el código, y ya no se puede probar más. Pida otro.
phone-code-none = Este código ya no es válido. Pida otro.
phone-code-too-many = Hoy hemos enviado tantos códigos como podemos. Si tiene uno, escríbalo aquí, o pida otro mañana.
phone-code-too-soon = Se han pedido muchos códigos en la última hora. Si tiene uno, escríbalo aquí, o pida otro dentro de una hora.
wait-again = Volver a apuntarme a la lista
change = Cambiar mis datos
change-with-seats = Cambiar mis datos
change-with-answers = Cambiar mis datos
change-with-both = Cambiar mis datos
change-title = Cambiar sus datos
change-body = Conserva su puesto en la fila. Lo que deje vacío se queda como está.
change-seats-hint = De 1 a { $most }. Con menos plazas conserva su puesto. Si quiere más, apúntese otra vez.
change-name-hint = Solo si ahora es otro
language = Idioma de nuestros mensajes
change-answers = Cambiar mis respuestas
change-answers-hint = Lo que escriba aquí sustituye todas sus respuestas anteriores. Si lo deja todo vacío, no cambia nada.
change-button = Guardar los cambios
change-back = Volver sin cambiar nada
leave = Salir de la fila
leave-question = ¿Salir de la fila?
leave-body = Su puesto pasa entonces a quienes están detrás, y no podrá recuperarlo.
leave-button = Sí, salir de la fila
stay-button = No, conservar mi puesto
let-go = { $seats ->
    [one] Dejar la plaza
   *[other] Dejar las plazas
}
let-go-question = { $seats ->
    [one] ¿Dejar la plaza?
   *[other] ¿Dejar las plazas?
}
let-go-body = { $seats ->
    [one] Pasa a la siguiente familia, y no podrá recuperarla.
   *[other] Pasan a la siguiente familia, y no podrá recuperarlas.
}
let-go-button = { $seats ->
    [one] Sí, dejarla
   *[other] Sí, dejarlas
}
keep-button = { $seats ->
    [one] No, quedármela
   *[other] No, quedármelas
}
notice-too-late = Su respuesta llegó tarde: el tiempo para decir que sí había terminado.
notice-phone-confirmed = Su número está confirmado. A partir de ahora también le enviamos SMS.
notice-not-now = Eso ya no es posible. Así está ahora.
notice-changed = Cambiado. Así está ahora.
notice-too-many-changes = Ha cambiado este puesto muchas veces. A partir de ahora solo puede hacerlo la organización.

unsubscribe-title = Sin más noticias de su puesto
unsubscribe-body = Solo le escribiremos sobre las plazas que le guardemos.
unsubscribe-button = No enviarme más noticias
unsubscribed-title = Ya no recibirá más noticias
unsubscribed-body = Le seguiremos escribiendo cuando le guardemos una plaza.

find-title = Recuperar su enlace
find-body = ¿Espera en una fila y ha perdido el enlace a su puesto? Escriba su correo electrónico. Le enviamos los enlaces a todos sus puestos.
find-hint = La dirección con la que se apuntó
find-button = Enviarme mis enlaces
find-link = ¿Ha perdido el enlace a su puesto?
find-sent-title = Revise su correo
find-sent-body = Si esta dirección tiene un puesto en una fila, sus enlaces van de camino a ella.
find-sent-hint = ¿No llega nada en unos minutos? Mire en la carpeta de spam, o pruebe otra dirección con la que quizá se apuntó. Una dirección recibe como mucho tres correos así al día.
refused-too-many-link-mails = En la última hora se han pedido muchos enlaces desde su red. Inténtelo de nuevo dentro de una hora, por favor.
other-places = Sus otros puestos
other-position = { $place } en la fila
other-waiting = en espera
other-draw = en el sorteo
other-offered = Es su turno
other-claimed = por pagar
other-converted = reservado

not-found-title = No encontramos esta página
not-found-body = Puede que el enlace esté cortado, o que el evento pasara hace tiempo. Abra el enlace de su último correo.
over-title = Este evento terminó hace tiempo
over-body = Su puesto ya no se muestra aquí. ¿Le queda alguna pregunta? Escriba a la organización.
busy-title = Ahora mismo hay mucho movimiento
busy-body = Si tiene un puesto, está a salvo. Inténtelo de nuevo dentro de un momento.
not-sent-title = Eso no nos ha llegado
not-sent-body = Vuelva a la página y pulse allí el botón, por favor.
try-again-title = Algo ha fallado por nuestra parte
try-again-body = No se ha perdido nada. Inténtelo de nuevo dentro de un momento.
again = Intentar de nuevo

privacy = Privacidad
privacy-title = Qué datos guardamos sobre usted
privacy-who = { $organiser } lleva esta lista de espera.
privacy-policy = Política de privacidad
privacy-policy-of = Política de privacidad de { $organiser }
privacy-kept-title = Qué guardamos
privacy-kept = Cuando se apunta a una lista, guardamos lo que escribe: su nombre, su correo electrónico, sus respuestas, su idioma, y si los da su teléfono y el nombre de la persona a la que apunta. También guardamos su puesto en la fila y lo que ha sido de él.
privacy-use-title = Para qué
privacy-use = Le guardamos el puesto y le avisamos cuando le toca. La organización ve quién está esperando. Contra los abusos anotamos desde qué red se abrió una página. Estas páginas no usan cookies.
privacy-shared-title = Quién lo recibe
privacy-shared = La organización, y los servicios que hacen funcionar esta lista y envían nuestros mensajes. Nadie más, y no se vende nada.
privacy-long-title = Cuánto tiempo
privacy-long = Su nombre, su dirección, su número, sus respuestas y el nombre de la persona apuntada se borran un tiempo después del evento. Si la organización no ha elegido otro plazo, son 180 días desde que empieza. Lo anotado sobre las redes se borra por lo general al cabo de un mes. Lo que queda no nombra a nadie.
privacy-long-here = En este evento, su nombre, su dirección, su número, sus respuestas y el nombre de la persona apuntada se borran { $time } después de que empiece. Lo anotado sobre las redes se borra por lo general al cabo de un mes. Lo que queda no nombra a nadie.
privacy-ask-title = A quién preguntar
privacy-ask = ¿Quiere ver, corregir o borrar lo que guardamos? Pregunte a la organización. Una respuesta a cualquiera de nuestros correos le llega.
privacy-ask-of = ¿Quiere ver, corregir o borrar lo que guardamos? Pregunte a { $organiser }. También puede responder a cualquiera de nuestros correos.


privacy-more-title = Más sobre privacidad
