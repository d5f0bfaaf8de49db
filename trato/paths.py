"""Where the project's own files lie. Nothing is read here."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MODEL = ROOT / "models" / "trato.tar.gz"
EXAMPLE_BOOK = ROOT / "examples" / "book.csv"
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
RESPONSES = ROOT / "data" / "responses"
TEMPLATES = ROOT / "data" / "templates.yml"
PAPERS = ROOT / "data" / "documents"
POLICIES = ROOT / "policies"
FAQ = ROOT / "data" / "faq"
OUT_OF_SCOPE = ROOT / "data" / "nlu" / "out_of_scope.yml"
"""What nobody here answers, in the words of who asks it."""
LABELS = ROOT / "data" / "labels" / "intents.yml"
