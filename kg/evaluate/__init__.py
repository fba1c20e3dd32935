"""Scores of extracted records against gold: attributions, the barrier, and further figures with full gold.

``evaluate(gold, predicted)`` returns ``Figures``; ``report.table(figures)`` prints them. Gold is PolNeAR's standoff
(``polnear.read``) or fully annotated records (``Gold.of``); predictions are records (``Prediction.of``).
"""

from kg.evaluate.gold_and_prediction import Gold, Prediction, ScoredAttribution
from kg.evaluate.scores import Figures, evaluate

__all__ = ["Figures", "Gold", "Prediction", "ScoredAttribution", "evaluate"]
