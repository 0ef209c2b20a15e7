package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// A manager's login remembers who made it or gave it another key, as an operator's does: a second manager
// whom the first one made is no second person. Both remember everybody who did, divided by spaces, because
// a later key does not take the earlier one out of anybody's head.
func init() {
	m.Register(func(txApp core.App) error {
		for _, name := range []string{"operators", core.CollectionNameSuperusers} {
			c, err := txApp.FindCollectionByNameOrId(name)
			if err != nil {
				return err
			}
			keyed, known := c.Fields.GetByName("keyed_by").(*core.TextField)
			if !known {
				keyed = &core.TextField{Name: "keyed_by", Hidden: true}
				c.Fields.Add(keyed)
			}
			keyed.Max = 2000
			if err := txApp.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil, "0014_keyed.go")
}
