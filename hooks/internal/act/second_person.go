package act

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
// of the makers'. An operator whose login a maker made or re-keyed does not count as another person. The
// console is exempt (docs/decisions/0004): whoever has a shell has the file.
func SecondPerson(r Reader, by Actor, made func(id string) (bool, error)) (Conflict, error) {
	if by.Role == Console || by.Role == System {
		return NoConflict, nil
	}
	var keyedBy string
	if err := r.Row("SELECT coalesce((SELECT keyed_by FROM operators WHERE id = ?), '')", by.ID).Scan(&keyedBy); err != nil {
		return NoConflict, err
	}
	for _, check := range []struct {
		id       string
		conflict Conflict
	}{{by.ID, SamePerson}, {keyedBy, KeyedByMaker}} {
		if check.id == "" {
			continue
		}
		if mine, err := made(check.id); err != nil || mine {
			return check.conflict, err
		}
	}
	return NoConflict, nil
}
