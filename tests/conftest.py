"""What holds for all tests."""

from hypothesis import settings

# A busy machine must not fail a test: no example has a deadline on the wall clock.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
