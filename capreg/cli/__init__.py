"""The command `capreg`: it turns options into arguments, and answers into lines. It decides nothing itself."""
