package act

import (
	"slices"
	"strings"
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

// KeyedAlso adds somebody to those who made a login or gave it a key.
func KeyedAlso(keyedBy, id string) string {
	all := strings.Fields(keyedBy)
	if id != "" && !slices.Contains(all, id) {
		all = append(all, id)
	}
	return strings.Join(all, " ")
}
