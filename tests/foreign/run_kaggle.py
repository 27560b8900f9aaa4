"""Runs the official `kaggle` client against another address than Kaggle's.

The command line always asks its production address. Only that entry of its table is replaced; everything else is the client
as it was published.
"""

from __future__ import annotations

import os
import sys

from kagglesdk import kaggle_env

kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = os.environ["FAKE_KAGGLE_ADDRESS"]

from kaggle.cli import main  # which logs in at once

sys.exit(main())
