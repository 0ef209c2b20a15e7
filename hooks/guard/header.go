package guard

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// contentPolicy lets a page of ours load from this co-op alone; the pages style single elements, so inline
// styles are allowed, inline scripts are not.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

// runsUnderItsPage tells what a page loads into itself: modules, styles, fonts and words obey the page's
// policies, and a first visit to a door asks for half a hundred of them. A worker obeys its own.
func runsUnderItsPage(path string) bool {
	if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/_/") || strings.HasSuffix(path, "/sw.js") {
		return false
	}
	return slices.Contains([]string{".js", ".mjs", ".css", ".woff2", ".json"}, filepath.Ext(path))
}

// headers come before the route, which may set stricter ones.
func headers(e *core.RequestEvent) error {
	h := e.Response.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if runsUnderItsPage(e.Request.URL.Path) {
		return e.Next()
	}
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
	switch path := e.Request.URL.Path; {
	case path == "/_/extensions.js": // an upgrade must reach the dashboard at once
		h.Set("Cache-Control", "no-cache")
	case strings.HasPrefix(path, "/_/"): // PocketBase's dashboard sets its own
	case strings.HasPrefix(path, "/api/files/"): // nor for files, where PocketBase lets nothing run
	default:
		h.Set("Content-Security-Policy", contentPolicy)
		if strings.HasPrefix(path, "/api/") { // what members own and owe stays on no disk of an office's shared computer
			h.Set("Cache-Control", "no-store")
		}
	}
	return e.Next()
}
