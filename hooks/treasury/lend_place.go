package treasury

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// MoneyAt is, for another room's act, the line of an amount that comes to a place or, when negative, leaves it:
// the place can be used, has so much, and a line of the bank's statement, if one is named, shows just that.
func MoneyAt(tx *act.Tx, place string, amount money.Rupiah, bankLine int64) (ledger.Line, error) {
	p, ok := ParsePlace(place)
	if !ok || p.Kind == placeQRIS {
		return ledger.Line{}, fault.Refused("treasury.place_unknown")
	}
	if err := p.usable(tx); err != nil {
		return ledger.Line{}, err
	}
	if amount < 0 {
		if err := p.covers(tx, -amount); err != nil {
			return ledger.Line{}, err
		}
	}
	return p.debit(amount), shows(tx, bankLine, p, amount)
}

// MatchEntry confirms a bank line with an entry that another room posted; line 0 is none.
func MatchEntry(tx *act.Tx, line, entry int64) error { return matchEntry(tx, line, entry) }

// IsMatched says whether an entry is matched with a line of a bank's statement: that has happened at the bank.
func IsMatched(r act.Reader, entry int64) (matched bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM bank_match_entries b WHERE b.entry = ? AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = b.match))", entry).Scan(&matched)
	return matched, err
}
