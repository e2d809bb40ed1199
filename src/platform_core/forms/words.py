"""The words of the pages, in the languages of the starters. English for all others."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "thanks": "Thank you",
        "received": "We have received your message.",
        "home": "To the home page",
        "check": "Please check your entries",
        "not_sent": "Your message was not sent",
        "send": "Send",
        "contact": "Contact",
        "missing": "Please fill in this field.",
        "no_address": "This is not an e-mail address.",
        "too_long": "This text is too long.",
        "empty": "Please fill in the form.",
        "leave_empty": "Leave this field empty",
        "other_site": "A form must be sent from the site that it belongs to.",
        "too_large": "The message is too long. Please shorten it.",
        "file": "This form takes no files. Please send it without one.",
        "unreadable": "The form could not be read.",
        "too_many": "Too many messages were sent within an hour. Please try again later.",
        "unknown_form": "This form does not exist.",
    },
    "de": {
        "thanks": "Vielen Dank",
        "received": "Ihre Nachricht ist bei uns angekommen.",
        "home": "Zur Startseite",
        "check": "Bitte prüfen Sie Ihre Angaben",
        "not_sent": "Ihre Nachricht wurde nicht gesendet",
        "send": "Senden",
        "contact": "Kontakt",
        "missing": "Bitte füllen Sie dieses Feld aus.",
        "no_address": "Das ist keine E-Mail-Adresse.",
        "too_long": "Dieser Text ist zu lang.",
        "empty": "Bitte füllen Sie das Formular aus.",
        "leave_empty": "Dieses Feld leer lassen",
        "other_site": "Ein Formular muss von der Website gesendet werden, zu der es gehört.",
        "too_large": "Die Nachricht ist zu lang. Bitte kürzen Sie sie.",
        "file": "Dieses Formular nimmt keine Dateien an. Bitte senden Sie es ohne Datei.",
        "unreadable": "Das Formular konnte nicht gelesen werden.",
        "too_many": "In einer Stunde wurden zu viele Nachrichten gesendet. "
        "Bitte versuchen Sie es später noch einmal.",
        "unknown_form": "Dieses Formular gibt es nicht.",
    },
    "fr": {
        "thanks": "Merci",
        "received": "Nous avons bien reçu votre message.",
        "home": "Vers la page d'accueil",
        "check": "Veuillez vérifier vos données",
        "not_sent": "Votre message n'a pas été envoyé",
        "send": "Envoyer",
        "contact": "Contact",
        "missing": "Veuillez remplir ce champ.",
        "no_address": "Ceci n'est pas une adresse e-mail.",
        "too_long": "Ce texte est trop long.",
        "empty": "Veuillez remplir le formulaire.",
        "leave_empty": "Laisser ce champ vide",
        "other_site": "Un formulaire doit être envoyé depuis le site auquel il appartient.",
        "too_large": "Le message est trop long. Veuillez le raccourcir.",
        "file": "Ce formulaire n'accepte pas de fichiers. Veuillez l'envoyer sans fichier.",
        "unreadable": "Le formulaire n'a pas pu être lu.",
        "too_many": "Trop de messages ont été envoyés en une heure. Veuillez réessayer plus tard.",
        "unknown_form": "Ce formulaire n'existe pas.",
    },
    "es": {
        "thanks": "Gracias",
        "received": "Hemos recibido su mensaje.",
        "home": "A la página de inicio",
        "check": "Por favor, compruebe sus datos",
        "not_sent": "Su mensaje no se ha enviado",
        "send": "Enviar",
        "contact": "Contacto",
        "missing": "Por favor, rellene este campo.",
        "no_address": "No es una dirección de correo electrónico.",
        "too_long": "Este texto es demasiado largo.",
        "empty": "Por favor, rellene el formulario.",
        "leave_empty": "Deje este campo vacío",
        "other_site": "Un formulario debe enviarse desde el sitio al que pertenece.",
        "too_large": "El mensaje es demasiado largo. Por favor, acórtelo.",
        "file": "Este formulario no acepta archivos. Por favor, envíelo sin archivos.",
        "unreadable": "No se ha podido leer el formulario.",
        "too_many": "Se han enviado demasiados mensajes en una hora. "
        "Por favor, inténtelo de nuevo más tarde.",
        "unknown_form": "Este formulario no existe.",
    },
}


def words_for(language: str) -> tuple[str, Mapping[str, str]]:
    """Return the language of the words, and the words."""
    known = language.partition("-")[0].lower()
    chosen = known if known in WORDS else "en"
    return chosen, WORDS[chosen]
