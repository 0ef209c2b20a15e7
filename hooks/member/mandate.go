package member

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Mandate is a member's written consent to payroll deduction (surat kuasa potong gaji): how much at
// most in a month, how much of it as voluntary savings, since when. Without one nothing is deducted.
type Mandate struct {
	Max       money.Rupiah
	Voluntary money.Rupiah
	ValidFrom clock.Date
	Reference string
}

// MandateOn reads the mandate in force on a date; ok is false when there is none or it was revoked. The
// newest word whose day has come holds: ordered by the day, a consent that is withdrawn now would live on
// until one that was to begin later, and one given anew would end there.
func MandateOn(r act.Reader, number int64, on clock.Date) (Mandate, bool, error) {
	last, err := act.Lasting(r, mandateKey{number, on}, []string{"mandates"}, func() (last mandateRow, err error) {
		m := &last.mandate
		// Asked for the newest by max, SQLite reads an index; asked to sort, it made a sorter for each sale: 25 µs.
		err = r.Row("SELECT kind, max_rupiah, voluntary_rupiah, valid_from, reference FROM mandates WHERE id = (SELECT max(id) FROM mandates WHERE member = ? AND valid_from <= ?)",
			number, string(on)).Scan(&last.kind, &m.Max, &m.Voluntary, &m.ValidFrom, &m.Reference)
		if errors.Is(err, sql.ErrNoRows) {
			return mandateRow{}, nil
		}
		return last, err
	})
	return last.mandate, err == nil && last.kind == "grant", err
}

type mandateKey struct {
	member int64
	on     clock.Date
}

type mandateRow struct {
	mandate Mandate
	kind    string
}
