// Package brand is a co-op's own look: its accent, corrected until it can be read, and its logo.
//
// A manager gives one colour (`brand` in coop). Derive makes the tones that the front end's tokens need, each
// holding its contrast on the grounds it is used on; Style says them as CSS. Every door links /brand.css after
// its tokens, and the public page carries the same text inline, so that a new colour is seen at the next look.
package brand

import (
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// Path is where the doors find the co-op's own tones.
const Path = "/brand.css"

// Bind watches over what is saved of the look.
func Bind(app core.App) {
	check := func(e *core.RecordEvent) error {
		if err := checkLook(e.Record); err != nil {
			return err
		}
		return e.Next()
	}
	app.OnRecordCreate("coop").BindFunc(check)
	app.OnRecordUpdate("coop").BindFunc(check)
}

// Serve adds the style to a router.
func Serve(se *core.ServeEvent) {
	se.Router.GET(Path, serveStyle).Bind(apis.Gzip(), apis.SkipSuccessActivityLog())
}
