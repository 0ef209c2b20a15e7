package showcase

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// edited are the collections whose change shows at once.
var edited = []string{"coop", "pages", "news", "board", "annual_reports", "products", "consignors"}

// Serve adds the window to a router and gives what answers an address that leads nowhere.
func Serve(se *core.ServeEvent, port Port) (nowhere func(e *core.RequestEvent) error, err error) {
	s, err := open(port)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		pattern, folder := d.pattern, strings.HasSuffix(d.pattern, "/")
		if folder {
			pattern += "{$}"
		}
		se.Router.GET(pattern, s.serve(d)).Bind(apis.SkipSuccessActivityLog())
		if folder && d.pattern != "/" {
			se.Router.GET(strings.TrimSuffix(d.pattern, "/"), intoFolder).Bind(apis.SkipSuccessActivityLog())
		}
	}
	se.Router.GET(sheetPath, s.below.serve).Bind(apis.SkipSuccessActivityLog())
	se.Router.GET(programPath, serveProgram).Bind(apis.SkipSuccessActivityLog())
	s.follow(se.App)
	return s.nowhere, nil
}

// intoFolder leads from /bukti to /bukti/.
func intoFolder(e *core.RequestEvent) error {
	to := *e.Request.URL
	to.Scheme, to.Host, to.Path, to.RawPath = "", "", to.Path+"/", ""
	return e.Redirect(http.StatusMovedPermanently, to.String())
}

// follow makes what managers edit visible with the next request. A server that starts again takes the place of the
// hooks of the one before.
func (s *site) follow(app core.App) {
	drop := &hook.Handler[*core.RecordEvent]{Id: "kpdkShowcase", Func: func(e *core.RecordEvent) error {
		s.cache.drop()
		return e.Next()
	}}
	app.OnRecordAfterCreateSuccess(edited...).Bind(drop)
	app.OnRecordAfterUpdateSuccess(edited...).Bind(drop)
	app.OnRecordAfterDeleteSuccess(edited...).Bind(drop)
}
