package showcase

import (
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// Bind serves the page at / whenever app serves.
func Bind(app core.App, port Port) {
	app.OnServe().BindFunc(func(se *core.ServeEvent) error {
		if err := Serve(se, port); err != nil {
			return err
		}
		return se.Next()
	})
}

// Serve adds the page to one router, for a caller who is serving already.
func Serve(se *core.ServeEvent, port Port) error {
	s, err := open(port)
	if err != nil {
		return err
	}
	se.App.OnRecordAfterUpdateSuccess("coop").BindFunc(func(e *core.RecordEvent) error {
		s.cache.drop()
		return e.Next()
	})
	se.Router.GET("/{$}", s.serve).Bind(apis.SkipSuccessActivityLog())
	return nil
}
