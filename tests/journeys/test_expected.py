"""Somebody is announced by phone, comes, and is one PEC; a call is noted in a few keys."""

from osmose.encounters.models import Encounter, ExpectedArrival, PhoneCall
from tests.journeys.people import Journey

PEC_PAGE = r"/pec/[0-9a-f-]{36}/$"


def test_expected_then_arrived(journey: Journey) -> None:
    claire = journey.claire.opens("/pec/").sees("Attendus 0").clicks("link", "Attendus").is_at("/pec/attendus/$")
    claire.sees("Personne n’est annoncé").is_accessible()
    claire.clicks("link", "Annoncer un patient").is_accessible()
    claire.page.keyboard.type("20 min")
    claire.types("Motif", "Angoisse aiguë").types("Annoncé par", "Dr Fictif").types("Contexte", "Vient avec sa fille")
    claire.types("Nom de naissance", "Fictive").types("Prénom", "Louise").types("Date de naissance", "14 07 88")
    claire.chooses("Sexe", "Femme").clicks("button", "Annoncer").is_at("/pec/attendus/$")
    claire.sees("FICTIVE Louise", "Angoisse aiguë", "Dr Fictif", "prévu").is_accessible()
    assert not Encounter.objects.exists()
    hugo = journey.hugo.opens("/pec/").sees("Attendus 1")
    claire.clicks("button", "Arrivé").is_at(PEC_PAGE)
    claire.sees("Angoisse aiguë", "FICTIVE Louise", "Patient attendu", "Vient avec sa fille")
    assert ExpectedArrival.objects.get().encounter == Encounter.objects.get()
    hugo.opens("/pec/").sees("Attendus 0", "FICTIVE Louise")
    hugo.opens("/pec/attendus/").sees("Arrivé").clicks("link", "Voir la prise en charge").is_at(PEC_PAGE)


def test_a_cancelled_announcement_says_why(journey: Journey) -> None:
    claire = journey.claire.opens("/pec/attendus/nouveau/").types("Arrivée prévue", "10 min")
    claire.types("Motif", "Chute").types("Annoncé par", "SAMU").clicks("button", "Annoncer")
    claire.page.get_by_text("Ne vient plus").click()
    claire.types("Raison", "Adressé à Narbonne").is_accessible().clicks("button", "Annuler l’annonce")
    claire.sees("Annulé", "Adressé à Narbonne").is_accessible().clicks("button", "Rétablir l’annonce")
    claire.sees("1 attendu")


def test_a_call_is_noted_with_the_keyboard_from_the_board_and_linked_on_the_page(journey: Journey) -> None:
    claire = journey.claire.opens("/pec/").sees("En direct").presses("a").sees("Interlocuteur")
    claire.is_accessible()
    claire.page.keyboard.type("Dr Fictif")
    claire.types("Question ou demande", "Faut-il adresser ?").types("Avis ou réponse", "Oui, ce soir")
    claire.presses("Control+Enter").sees("Appel enregistré")
    assert PhoneCall.objects.get().encounter is None
    claire.opens("/appels/").sees("Dr Fictif", "sans prise en charge").is_accessible()
    claire.opens("/pec/nouvelle/").clicks("button", "Homme").is_at(PEC_PAGE).sees("En direct")
    claire.presses("a").sees("Rattacher un appel déjà noté")
    claire.page.get_by_text("Rattacher un appel déjà noté").click()
    claire.is_accessible().clicks("button", "Rattacher l’appel").sees("rattaché ensuite", "Oui, ce soir")
    claire.presses("a").sees("Interlocuteur")
    claire.types("Interlocuteur", "Mme Fictive (mère)").types("Question ou demande", "Quelles nouvelles ?")
    claire.clicks("button", "Enregistrer l’appel").sees("Mme Fictive (mère)", "Quelles nouvelles ?")
    assert PhoneCall.objects.exclude(encounter=None).count() == 2
