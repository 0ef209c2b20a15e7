package showcase

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// window is what one round trip brings on a new connection: ten segments of 1,460 bytes (RFC 6928), less 1,100 for the
// answer's head. The first page with its inlined style has to fit; what it draws under the fold has a sheet of its own.
const window = 10*1460 - 1100

const (
	sheetPath = "/showcase.css"
	monoFont  = "/fonts/mono.woff2"
	cssKind   = "text/css; charset=utf-8"
)

// sheet is a stylesheet that never changes under its address: the address holds its hash.
type sheet struct{ variant }

func newSheet(css string) sheet { return sheet{pack("", cssKind, []byte(css))} }

func (s sheet) path() string { return sheetPath + "?v=" + s.tag }

// serve gives the sheet for good to who asks for this version, and for now to who asks for another.
func (s sheet) serve(e *core.RequestEvent) error {
	h := e.Response.Header()
	body, tag := s.body, `"`+s.tag+`"`
	if acceptsGzip(e.Request.Header.Get("Accept-Encoding")) {
		body, tag = s.gzip, `"`+s.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if e.Request.URL.Query().Get("v") == s.tag {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if known(e.Request.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		return e.NoContent(http.StatusNotModified)
	}
	return e.Blob(http.StatusOK, cssKind, body)
}

var (
	monoFace = regexp.MustCompile(`@font-face\{font-family:"JetBrains Mono"[^}]*\}`)
	// The window has no switch of theme of its own: it follows the device.
	chosenTheme = regexp.MustCompile(`@media screen\{\[data-theme=dark\]\{[^}]*\}\}`)
	declaration = regexp.MustCompile(`(--[a-z0-9-]+):([^;}]*);?\s*`)
	reference   = regexp.MustCompile(`var\((--[a-z0-9-]+)`)
)

// monoWithin finds the face of hashes and commands, and writes it anew with the font in itself: nothing above the fold is
// set in it, and within the sheet for below it costs no connection.
func monoWithin(public fs.FS, css string) (face, within string, err error) {
	face = monoFace.FindString(css)
	raw, err := fs.ReadFile(public, strings.TrimPrefix(monoFont, "/"))
	if err != nil {
		return "", "", fmt.Errorf("showcase: %w", err)
	}
	return face, strings.Replace(face, "url("+monoFont+")", "url(data:font/woff2;base64,"+base64.StdEncoding.EncodeToString(raw)+")", 1), nil
}

// chosen leaves of the tokens those that the rules use, and those that these rest on.
func chosen(tokens, rules string) string {
	tokens = chosenTheme.ReplaceAllString(tokens, "")
	used := map[string]bool{}
	todo := reference.FindAllStringSubmatch(rules, -1)
	for len(todo) > 0 {
		name := todo[0][1]
		todo = todo[1:]
		if used[name] {
			continue
		}
		used[name] = true
		for _, d := range declaration.FindAllStringSubmatch(tokens, -1) {
			if d[1] == name {
				todo = append(todo, reference.FindAllStringSubmatch(d[2], -1)...)
			}
		}
	}
	return declaration.ReplaceAllStringFunc(tokens, func(d string) string {
		name, _, _ := strings.Cut(d, ":")
		if !used[name] {
			return ""
		}
		return strings.TrimSpace(d)
	})
}
