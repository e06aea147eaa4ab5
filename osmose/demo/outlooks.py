"""What is decided in a passage, in Osmose's words, and what it makes people ask for: a bed, a transport."""

from collections.abc import Iterator, Mapping

from osmose.demo.case import Case, Step, french
from osmose.encounters.lifecycle.tracking import Decision, Outlook

_HOME, _WARD, _STAY = Outlook.HOME, Outlook.WARD, Outlook.SHORT_STAY
_THUIR, _NURSING_HOME = "CH Thuir", "EHPAD"
_FREE, _BOUND, _ELSEWHERE = Outlook.VOLUNTARY, Outlook.INVOLUNTARY, Outlook.TRANSFER
# The file's and the situations' words; what is no outlook (« Avis chirurgical ») decides nothing.
_DECIDED: Mapping[str, tuple[Outlook, str, str]] = {
    "Hospitalisation pédiatrie 48 h": (_WARD, "Pédiatrie", "48 h"),
    "Hospitalisation libre psychiatrie": (_FREE, _THUIR, ""),
    "Hospitalisation libre": (_FREE, _THUIR, ""),
    "Hospitalisation libre de courte durée": (_FREE, _THUIR, "Courte durée"),
    "SPI": (_BOUND, _THUIR, "Péril imminent"),
    "SDT": (_BOUND, _THUIR, "À la demande d'un tiers"),
    "Soins à la demande d'un tiers": (_BOUND, _THUIR, "À la demande d'un tiers"),
    "Court séjour gériatrique": (_WARD, "Gériatrie", ""),
    "Retour domicile": (_HOME, "", ""),
    "Retour domicile, CMP pédopsychiatrie": (_HOME, "", "CMP pédopsychiatrie"),
    "Retour à domicile, rendez-vous au CMP": (_HOME, "", "Rendez-vous au CMP"),
    "Retour à domicile, médecin traitant": (_HOME, "", "Médecin traitant"),
    "Retour avec la famille, VigilanS": (_HOME, "", "Avec la famille, VigilanS"),
    "Retour en résidence avec perfusion sous-cutanée": (_HOME, "Résidence", "Perfusion sous-cutanée"),
    "Retour EHPAD": (_HOME, _NURSING_HOME, ""),
    "Mise à l'abri": (_HOME, "", "Mise à l'abri"),
    "Relais CSAPA": (_HOME, "", "Relais CSAPA"),
    "Addictologie à 48 h": (_HOME, "", "Addictologie à 48 h"),
    "Suivi au centre médico-psychologique": (_HOME, "", "Suivi au CMP"),
    "Contrôle à 48 h en chirurgie infantile": (_HOME, "", "Contrôle à 48 h"),
    "Lit halte soins santé": (_ELSEWHERE, "Lit halte soins santé", ""),
    "Pas de contre-indication": (_HOME, "", "Pas de contre-indication à la garde à vue"),
    "Surveillance continue": (_WARD, "Surveillance continue", ""),
    "Surveillance en UHCD": (_STAY, "", "Surveillance"),
    "Bloc opératoire": (_WARD, "Chirurgie", "Bloc opératoire"),
    "Bloc opératoire programmé": (_WARD, "Chirurgie", "Bloc programmé"),
    "SPI en service de chirurgie": (_WARD, "Chirurgie", "Péril imminent"),
    "Médecine avec avis TCA": (_WARD, "Médecine", "Avis troubles alimentaires"),
    "Hospitalisation en pneumologie": (_WARD, "Pneumologie", ""),
    "Hospitalisation en cardiologie": (_WARD, "Cardiologie", ""),
    "Hospitalisation en chirurgie": (_WARD, "Chirurgie", ""),
    "Hospitalisation en médecine": (_WARD, "Médecine", ""),
    "Soins intensifs": (_WARD, "Soins intensifs", ""),
    "Unité neurovasculaire": (_WARD, "Unité neurovasculaire", ""),
    "Revoir au réveil": (Outlook.REVIEW, "", "Au réveil"),
}
_BY_WORDS = {
    french(words): Decision(choice, where, "", french(text)) for words, (choice, where, text) in _DECIDED.items()
}
_FAR = (_FREE, _BOUND, _ELSEWHERE)
SHORT_STAY = Decision(_STAY, text="Surveillance")


def decided(step: Step) -> Decision | None:
    """The decision that a step tells; None for any other step."""
    return _BY_WORDS.get(step.detail) if step.kind == "decision" else None


def followed(case: Case) -> Case:
    """The same passage, with what its last decision makes people ask for until the patient leaves."""
    last = next((step for step in reversed(case.steps) if decided(step)), None)
    decision = decided(last) if last else None
    if last is None or decision is None:
        return case
    after = [step for step in case.steps if step.t > last.t]
    end = next((step.t for step in after if step.kind == "sortie"), None)
    moved = next((step.t for step in after if (step.kind, step.detail) == ("installation", "UHCD")), None)
    return case.with_steps(*_asked(decision, last.t, end, moved))


def _asked(decision: Decision, t: int, end: int | None, moved: int | None) -> Iterator[Step]:
    """A bed a few minutes after, obtained about half way or when it is taken; an ambulance for whoever goes far."""
    limit = end if end is not None else t + 150
    if not decision.choice.is_admission:
        if decision.where == _NURSING_HOME:
            yield from _driven(t + 6, end)
        return
    obtained = moved - 1 if moved else t + max(6, (limit - t) * 11 // 20)
    yield Step(t + 3, "lit_demande")
    place = decision.where or decision.choice.label
    yield Step(obtained, "lit_obtenu", f"{place}, lit {t % 19 + 2}" if decision.choice is not _BOUND else place)
    if decision.choice in _FAR:
        yield from _driven(obtained + 4, end)


def _driven(asked: int, end: int | None) -> Iterator[Step]:
    yield Step(asked, "transport_demande")
    if end is not None:
        yield Step(max(asked + 1, end - 2), "transport_parti")
