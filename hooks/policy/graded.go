package policy

import (
	"bytes"
	"encoding/json"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Graded is a policy of one amount in rupiah for everybody, or of a table by grade (golongan): savings of
// civil servants often follow it. Its JSON is a number, or an object of grade codes and numbers with "*" for
// all others: {"*": 5000, "III": 7500, "IV": 10000, "IV/e": 15000}.
type Graded struct {
	Key          string
	Default, Max int64
}

// The amounts that may differ by grade.
var (
	Principal = Graded{"savings.principal_rupiah", 100_000, 1_000_000_000}
	Mandatory = Graded{"savings.mandatory_rupiah", 50_000, 1_000_000_000}
)

// Gradeds are all of them, for pages and templates.
var Gradeds = []Graded{Principal, Mandatory}

const (
	everybody = "*"
	mostGrade = 60 // grades in a table: the civil service has 17, contract servants 17 more
	maxGrade  = 20 // letters of one
)

// Rates are what a graded policy says on a date.
type Rates map[string]money.Rupiah

// Of is the amount for a grade: its own ("III/c"), else that of its group ("III"), else everybody's.
func (r Rates) Of(grade string) money.Rupiah {
	grade = gradeCode(grade)
	if amount, ok := r[grade]; ok && grade != "" {
		return amount
	}
	group, _, _ := strings.Cut(grade, "/")
	if amount, ok := r[group]; ok && group != "" {
		return amount
	}
	return r[everybody]
}

// gradeCode writes a grade the one way: lists say "iii/c", "III / C" and "III/c".
func gradeCode(grade string) string { return strings.ToUpper(strings.Join(strings.Fields(grade), "")) }

// MarshalJSON writes a table as it is read: a number when it is the same for everybody.
func (r Rates) MarshalJSON() ([]byte, error) {
	if len(r) == 1 {
		if amount, ok := r[everybody]; ok {
			return json.Marshal(amount)
		}
	}
	return json.Marshal(map[string]money.Rupiah(r))
}

// On reads what holds on a date.
func (g Graded) On(r act.Reader, on clock.Date) (Rates, error) {
	value, err := raw(r, g.Key, on)
	if err != nil || value == "" {
		return Rates{everybody: money.Rupiah(g.Default)}, err
	}
	rates, err := g.read([]byte(value))
	return rates, err
}

// read takes a number or a table; anything else is an error.
func (g Graded) read(value []byte) (Rates, error) {
	if isNull(value) {
		return nil, errNotRates
	}
	var all money.Rupiah
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("{")) {
		if err := json.Unmarshal(value, &all); err != nil || all < 0 || int64(all) > g.Max {
			return nil, errNotRates
		}
		return Rates{everybody: all}, nil
	}
	var table map[string]*money.Rupiah
	if json.Unmarshal(value, &table) != nil || table[everybody] == nil || len(table) > mostGrade {
		return nil, errNotRates
	}
	rates := Rates{}
	for code, amount := range table {
		grade := gradeCode(code)
		_, twice := rates[grade]
		if amount == nil || *amount < 0 || int64(*amount) > g.Max || grade == "" || len(grade) > maxGrade || twice {
			return nil, errNotRates
		}
		rates[grade] = *amount
	}
	return rates, nil
}
