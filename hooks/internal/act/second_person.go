package act

import (
	"slices"
	"strings"

	"kpdk/hooks/internal/fault"
)

// Conflict is why somebody may not approve what was made before.
type Conflict string

// The two ways in which maker and checker are one: the same login, or a login that the maker holds the
// key of.
const (
	NoConflict   Conflict = ""
	SamePerson   Conflict = "same_person"
	KeyedByMaker Conflict = "keyed_by_maker"
)

// SecondPerson holds somebody who approves against the rule of two persons: made says whether an id is one
// of the makers'. Somebody whose login a maker made or re-keyed does not count as another person, be it an
// operator's or a manager's. The console is exempt (docs/decisions/0004): whoever has a shell has the file.
func SecondPerson(r Reader, by Actor, made func(id string) (bool, error)) (Conflict, error) {
	if by.Role == Console || by.Role == System {
		return NoConflict, nil
	}
	if mine, err := made(by.ID); err != nil || mine {
		return SamePerson, err
	}
	var keyedBy string
	if err := r.Row(`SELECT coalesce((SELECT keyed_by FROM operators WHERE id = ?), (SELECT keyed_by FROM _superusers WHERE id = ?), '')`, by.ID, by.ID).Scan(&keyedBy); err != nil {
		return NoConflict, err
	}
	for _, id := range strings.Fields(keyedBy) {
		if mine, err := made(id); err != nil || mine {
			return KeyedByMaker, err
		}
	}
	return NoConflict, nil
}

// MadeBy says of an id whether it is a maker's, where one or a few made something.
func MadeBy(makers ...string) func(id string) (bool, error) {
	return func(id string) (bool, error) { return slices.Contains(makers, id), nil }
}

// Code is the refusal of a conflict: own for whoever made it, keyed for whoever uses a key of the maker's.
func (c Conflict) Code(own, keyed string) string {
	switch c {
	case SamePerson:
		return own
	case KeyedByMaker:
		return keyed
	}
	return ""
}

// NeedsAnother refuses, with one of two codes, whoever is no second person.
func NeedsAnother(r Reader, by Actor, made func(id string) (bool, error), own, keyed string) error {
	conflict, err := SecondPerson(r, by, made)
	if code := conflict.Code(own, keyed); err == nil && code != "" {
		err = fault.Refused(code)
	}
	return err
}

// KeyedAlso adds somebody to those who made a login or gave it a key.
func KeyedAlso(keyedBy, id string) string {
	all := strings.Fields(keyedBy)
	if id != "" && !slices.Contains(all, id) {
		all = append(all, id)
	}
	return strings.Join(all, " ")
}
