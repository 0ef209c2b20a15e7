package showcase

import (
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// Bind serves the page at / .
func Bind(app core.App, port Port) {
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		s, err := open(port)
		if err != nil {
			return err
		}
		e.Router.GET("/{$}", s.serve).Bind(apis.SkipSuccessActivityLog())
		return e.Next()
	})
}
