package brand

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// Style is an accent as CSS that follows tokens.css; nothing for the usual one, whose tones stand there.
func Style(accent string) string {
	c, ok := Parse(accent)
	if !ok || c == must(Usual) {
		return ""
	}
	p := Derive(c)
	light, dark := p.Light.declare(), p.Dark.declare()
	return ":root{" + light + "}\n" +
		"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark + "}}\n" +
		"@media screen{[data-theme=dark]{" + dark + "}}\n"
}

func (t Tones) declare() string {
	return fmt.Sprintf("--brand:%s;--on-brand:%s;--brand-text:%s;--brand-tint:%s;--brand-on-base:%[5]s;--cloth-a:%[5]s", t.Brand, t.On, t.Text, t.Tint, t.OnBase)
}

// Of is the style of an app's co-op. An unreadable row is a co-op without a colour of its own.
func Of(app core.App) string {
	var accent string
	if err := act.Read(app).Row("SELECT coalesce((SELECT brand FROM coop LIMIT 1), '')").Scan(&accent); err != nil {
		app.Logger().Error("brand", "error", err)
	}
	return Style(accent)
}

// serveStyle answers with the co-op's tones, or with those of another accent (?warna=0B6E99) for who tries one.
func serveStyle(e *core.RequestEvent) error {
	style := Of(e.App)
	if asked := e.Request.URL.Query().Get("warna"); asked != "" {
		style = Style("#" + asked)
	}
	sum := sha256.Sum256([]byte(style))
	tag := `W/"` + hex.EncodeToString(sum[:8]) + `"`
	h := e.Response.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if strings.Contains(e.Request.Header.Get("If-None-Match"), tag) {
		return e.NoContent(http.StatusNotModified)
	}
	return e.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(style))
}
