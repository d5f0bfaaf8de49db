"""What anybody may open without a token: today the page that says whether a talk is really ours."""
