from tests.cast import claire, denis, hospitals, hugo, martin, nadia, paul, roux, samia, zoe

__all__ = ["claire", "denis", "hospitals", "hugo", "martin", "nadia", "paul", "roux", "samia", "zoe"]
