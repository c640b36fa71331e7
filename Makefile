# make synthesize [ARGS="--tasks 200 --episodes 5"]   set up (first time) and make a dataset
# make test [ARGS="tests/engine -x"]                  set up (first time) and run the tests
# make setup | doctor | benchmark | lint | clean
#
# PYTHON=python3.12     which Python makes the virtual environment (3.11 or newer; default: the newest found)
# VENV=.venv            where it goes
# SKIP_SYSTEM=1         do not look for system packages

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PIP_NO_INPUT := 1

.PHONY: help setup synthesize test doctor benchmark lint clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '1,7p'

# Each stamp is a file that is newer than what it was made from, so that the second call does nothing.
$(VENV)/.system: scripts/system.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" SKIP_SYSTEM="$(SKIP_SYSTEM)" bash scripts/system.sh
	@touch $@

$(VENV)/.packages: pyproject.toml $(VENV)/.system
	@echo "Installing packages into $(VENV) (about a minute, 1 GB) ..."
	@$(PIP) install --upgrade 'pip>=23.2' 'setuptools>=68' wheel
	@PYTHONWARNINGS=ignore $(PIP) install --no-warn-conflicts -e '.[robots]'
	@# Only robosuite's robot files are wanted, none of its dependencies.
	@$(PIP) install --no-warn-conflicts --no-deps robosuite==1.5.2
	@touch $@

# The cache is outside the checkout and may be gone although the stamp is there: the script looks itself.
$(VENV)/.robots: assets/robots.py engine/sim/robot.py $(VENV)/.packages
	@echo "Building the robot cache ..."
	@$(BIN)/python -m assets.robots
	@touch $@

$(VENV)/.test: $(VENV)/.packages
	@echo "Installing test packages ..."
	@PYTHONWARNINGS=ignore $(PIP) install --no-warn-conflicts -e '.[robots,test]'
	@touch $@

setup: $(VENV)/.robots

synthesize: setup
	@$(BIN)/python scripts/synthesize.py $(or $(ARGS),--tasks 200 --episodes 5)

test: setup $(VENV)/.test
	@$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile)

doctor: setup
	@$(BIN)/python scripts/doctor.py $(ARGS)

benchmark: setup
	@$(BIN)/python scripts/benchmark.py $(ARGS)

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright --pythonpath $(BIN)/python

clean:
	rm -rf $(VENV) build dist *.egg-info
