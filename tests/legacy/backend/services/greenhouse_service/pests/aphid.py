ADVICE = "soap water in the evening"
