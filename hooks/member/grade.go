package member

import (
	"math"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// GradeOn is a member's grade (golongan) on a date; empty for who is not on the staff list.
func GradeOn(r act.Reader, number int64, on clock.Date) (grade string, err error) {
	facts, err := FactsOn(r, on, number-1, number)
	return facts[number].Grade, err
}

// GradesOn are the grades of all members on a date, by number, for who has one.
func GradesOn(r act.Reader, on clock.Date) (map[int64]string, error) {
	facts, err := FactsOn(r, on, 0, math.MaxInt64)
	all := map[int64]string{}
	for number, f := range facts {
		if f.Grade != "" {
			all[number] = f.Grade
		}
	}
	return all, err
}
