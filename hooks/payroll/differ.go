package payroll

import (
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Settled is a part of a settled line: what this run settled of it, what is still owed, and what was waived
// of it (voluntary savings alone).
type Settled struct {
	Item      int64
	Rank      int64
	Kind      ledger.ItemKind
	Planned   money.Rupiah // asked for
	Settled   money.Rupiah
	Remainder money.Rupiah
	Waived    money.Rupiah
	Open      money.Rupiah // of the item, what this room skipped included, whatever else keeps it out of reach
}

// Difference is what a correction moves: of each part (plus settles it further, minus opens it again), of what
// is held for the member, and how much of a waiver it takes back. The parts and the excess add up to the
// difference in what was deducted.
type Difference struct {
	Parts    []money.Rupiah
	Unwaived []money.Rupiah
	Excess   money.Rupiah
}

// Differ decides where a difference goes. More settles what is still owed of what was asked in the frozen order,
// voluntary savings that were skipped among them, and what nobody owes is held. Less takes what is held first, then
// from the parts, the last in the order first. Without consent (a line that asked for nothing) all more is
// held.
func Differ(more money.Rupiah, parts []Settled, excess money.Rupiah, consented bool) Difference {
	d := Difference{Parts: make([]money.Rupiah, len(parts)), Unwaived: make([]money.Rupiah, len(parts))}
	if more >= 0 {
		rest := more
		for i, p := range parts {
			if !consented {
				break
			}
			d.Parts[i] = max(0, min(rest, p.Remainder+p.Waived, p.Planned-p.Settled))
			d.Unwaived[i] = max(0, d.Parts[i]-p.Remainder)
			rest -= d.Parts[i]
		}
		d.Excess = rest
		return d
	}
	less := -more
	d.Excess = -min(less, excess)
	less += d.Excess
	for i := len(parts) - 1; i >= 0; i-- {
		back := min(less, parts[i].Settled)
		d.Parts[i] = -back
		less -= back
	}
	return d
}
