from guide.registry import Step, handles


class Climb(Step):
    metres = 300


@handles(Climb)
def describe_climb(step):
    return f"climb {step.metres} m"
