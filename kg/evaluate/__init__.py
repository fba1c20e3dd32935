"""How good an extractor's records are, against gold: attributions, the barrier, and what only full gold knows.

``evaluate(gold, predicted)`` gives ``Figures``; ``report.table(figures)`` prints them. Gold is PolNeAR's standoff
(``polnear.read``) or records annotated in full (``Gold.of``); predictions are records (``Answer.of``).
"""

from kg.evaluate.gold_and_prediction import Gold, Prediction, ScoredAttribution
from kg.evaluate.scores import Figures, evaluate

__all__ = ["Figures", "Gold", "Prediction", "ScoredAttribution", "evaluate"]
