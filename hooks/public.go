package hooks

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// overlay serves files of a folder beside the binary before the embedded ones, so that a co-op can
// have its own look.
type overlay struct{ over, under fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.under.Open(name)
	}
	return f, err
}

// Overlay puts the pb_public folder beside the running binary over the embedded front end.
func Overlay(embedded fs.FS) fs.FS {
	exe, err := os.Executable()
	if err != nil {
		return embedded
	}
	folder := filepath.Join(filepath.Dir(exe), "pb_public")
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return embedded
	}
	return overlay{os.DirFS(folder), embedded}
}

// servePublic serves the front end: compressed, with an ETag each (embedded files have no date), and
// revalidated at every use, so that an upgrade reaches every phone. A person whom an address leads nowhere
// is told so on a page.
func servePublic(se *core.ServeEvent, public fs.FS, nowhere func(e *core.RequestEvent) error) {
	var tags sync.Map
	public = newPocketWords(public)
	static := apis.Static(public, false)
	se.Router.GET("/{path...}", func(e *core.RequestEvent) error {
		name := strings.Trim(path.Clean("/"+e.Request.PathValue("path")), "/")
		if tag := etag(&tags, public, name); tag != "" {
			e.Response.Header().Set("ETag", tag)
			e.Response.Header().Set("Cache-Control", "no-cache")
			if strings.HasPrefix(name, "fonts/") || strings.HasPrefix(name, "vendor/") {
				e.Response.Header().Set("Cache-Control", "public, max-age=604800")
			}
			if e.Request.Header.Get("If-None-Match") == tag {
				return e.NoContent(http.StatusNotModified)
			}
		} else if asksForPage(e.Request, name) {
			return nowhere(e)
		}
		return static(e)
	}).Bind(apis.Gzip(), apis.SkipSuccessActivityLog())
}

// asksForPage tells a person with a mistyped address from a program, which gets its error as JSON.
func asksForPage(r *http.Request, name string) bool {
	return !strings.HasPrefix(name+"/", "api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func etag(tags *sync.Map, public fs.FS, name string) string {
	if tag, ok := tags.Load(name); ok {
		return tag.(string)
	}
	raw, err := fs.ReadFile(public, name)
	if err != nil {
		if raw, err = fs.ReadFile(public, path.Join(name, "index.html")); err != nil {
			return ""
		}
	}
	sum := sha256.Sum256(raw)
	tag := `W/"` + hex.EncodeToString(sum[:8]) + `"`
	tags.Store(name, tag)
	return tag
}
