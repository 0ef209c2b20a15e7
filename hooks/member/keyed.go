package member

import "kpdk/hooks/internal/act"

// KeyedBy is the manager who made an operator's login or gave it another key; empty for everybody else.
// Who holds a login's key must not approve under its name what they prepared themselves.
func KeyedBy(r act.Reader, operator string) (manager string, err error) {
	err = r.Row("SELECT coalesce((SELECT keyed_by FROM operators WHERE id = ?), '')", operator).Scan(&manager)
	return manager, err
}
