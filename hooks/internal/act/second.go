package act

// Why an actor may not approve what somebody prepared; a room says it under its own name.
const (
	SamePerson   = "same_person"
	KeyedByMaker = "keyed_by_maker"
)

// SecondPerson is the rule of two persons: who prepared something does not approve it, nor does an
// operator whose login that person made or re-keyed. It says why not, or nothing. The machine's console
// may, and the audit says so.
func SecondPerson(r Reader, by Actor, prepared func(id string) (bool, error)) (why string, err error) {
	if by.Role == Console || by.Role == System {
		return "", nil
	}
	var keyedBy string
	if err := r.Row("SELECT coalesce((SELECT keyed_by FROM operators WHERE id = ?), '')", by.ID).Scan(&keyedBy); err != nil {
		return "", err
	}
	for _, check := range []struct{ id, why string }{{by.ID, SamePerson}, {keyedBy, KeyedByMaker}} {
		if check.id == "" {
			continue
		}
		if same, err := prepared(check.id); err != nil || same {
			return check.why, err
		}
	}
	return "", nil
}
