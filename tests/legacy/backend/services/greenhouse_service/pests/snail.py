ADVICE = "copper tape"
