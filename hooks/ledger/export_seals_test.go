package ledger

// SealedTables are the tables whose rows are sealed, with the column that only grows.
func SealedTables() map[string]string { return sealedTables }
