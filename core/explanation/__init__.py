"""Why a finished model says what it says. Changes no model, and scores nothing anew."""
