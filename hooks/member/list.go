package member

import (
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
)

// Listed is one line of the register as operators see it.
type Listed struct {
	Number   int64  `json:"number"`
	Name     string `json:"name"`
	Status   Status `json:"status"`
	WorkUnit string `json:"work_unit"`
}

// Listing is one page; Next is where the following page starts, 0 after the last.
type Listing struct {
	Members []Listed `json:"members"`
	Next    int64    `json:"next"`
}

// Wanted narrows a listing: a part of a name or a whole number, a status, the members after a number.
type Wanted struct {
	Search string
	Status string
	After  int64
	Limit  int64
}

// List pages through the register in the order of its numbers.
func List(r act.Reader, w Wanted) (Listing, error) {
	page := Listing{Members: []Listed{}}
	var problems fault.Input
	known := []string{"", string(Invited), string(Applicant), string(Active), string(Left)}
	problems.Check(slices.Contains(known, w.Status), "status", "member.status_unknown")
	problems.Check(len(w.Search) <= 120, "search", "input.too_long", fault.Params{"max": 120})
	if err := problems.Err(); err != nil {
		return page, err
	}
	query, args := "m.number > ?", []any{w.After}
	if w.Status != "" {
		query, args = query+" AND m.status = ?", append(args, w.Status)
	}
	if search := strings.TrimSpace(w.Search); search != "" {
		number, _ := strconv.ParseInt(search, 10, 64)
		pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(search) + "%"
		query, args = query+` AND (m.number = ? OR m.name LIKE ? ESCAPE '\')`, append(args, number, pattern)
	}
	err := act.Each(r, `SELECT m.number, m.name, m.status, coalesce(u.name, '') FROM members m LEFT JOIN work_units u ON u.id = m.work_unit
		WHERE `+query+` ORDER BY m.number LIMIT ?`, append(args, w.Limit+1), func(row act.Scanner) error {
		var l Listed
		err := row.Scan(&l.Number, &l.Name, &l.Status, &l.WorkUnit)
		page.Members = append(page.Members, l)
		return err
	})
	if int64(len(page.Members)) > w.Limit {
		page.Members = page.Members[:w.Limit]
		page.Next = page.Members[w.Limit-1].Number
	}
	return page, err
}
