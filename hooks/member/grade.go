package member

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// GradeOn is a member's grade (golongan) on a date; empty for who is not on the staff list.
func GradeOn(r act.Reader, number int64, on clock.Date) (grade string, err error) {
	err = r.Row(gradesQuery+" WHERE m.number = ?", number).Scan(&number, &grade)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return grade, err
}

// GradesOn are the grades of all members on a date, by number, for who has one.
func GradesOn(r act.Reader, on clock.Date) (map[int64]string, error) {
	all := map[int64]string{}
	err := act.Each(r, gradesQuery+" WHERE e.grade <> ''", nil, func(row act.Scanner) error {
		var number int64
		var grade string
		err := row.Scan(&number, &grade)
		all[number] = grade
		return err
	})
	return all, err
}

// gradesQuery reads the staff list as it stands: it keeps one grade a person.
const gradesQuery = "SELECT m.number, e.grade FROM members m JOIN employees e ON e.id = m.employee"
