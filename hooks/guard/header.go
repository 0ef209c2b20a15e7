package guard

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// contentPolicy lets a page of ours load from this co-op alone; the pages style single elements, so inline
// styles are allowed, inline scripts are not.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

// headers come before the route, which may set stricter ones.
func headers(e *core.RequestEvent) error {
	h := e.Response.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
	switch path := e.Request.URL.Path; {
	case path == "/_/extensions.js": // an upgrade must reach the dashboard at once
		h.Set("Cache-Control", "no-cache")
	case strings.HasPrefix(path, "/_/"): // PocketBase's dashboard sets its own
	case strings.HasPrefix(path, "/api/files/"): // nor for files, where PocketBase lets nothing run
	default:
		h.Set("Content-Security-Policy", contentPolicy)
	}
	return e.Next()
}
