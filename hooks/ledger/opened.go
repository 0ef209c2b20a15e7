package ledger

import "kpdk/hooks/internal/act"

// Begun says whether anything is in the books but what a co-op opens with: from then on nobody writes an opening alone.
func Begun(r act.Reader) (begun bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM journal j WHERE j.kind <> ? AND NOT EXISTS(SELECT 1 FROM openings o WHERE o.act = j.act))", KindOpening).Scan(&begun)
	return begun, err
}

// Opened says whether a list of opening balances stands in the books: it put the opening account at zero, where it stays.
func Opened(r act.Reader) (opened bool, err error) {
	err = r.Row("SELECT coalesce((SELECT action = 'import' FROM openings ORDER BY id DESC LIMIT 1), 0)").Scan(&opened)
	return opened, err
}
