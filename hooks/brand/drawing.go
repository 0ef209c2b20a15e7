package brand

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// A logo as SVG may draw and nothing else: these elements of SVG, no scripts, no handlers, nothing from outside.
var drawn = set("svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop clipPath mask use symbol title desc style text tspan pattern metadata")

// Notes that drawing programs leave behind; browsers do nothing with them.
var inert = set("http://www.inkscape.org/namespaces/inkscape http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd " +
	"http://www.w3.org/1999/02/22-rdf-syntax-ns# http://creativecommons.org/ns# http://web.resource.org/cc/ http://purl.org/dc/elements/1.1/")

const svgSpace = "http://www.w3.org/2000/svg"

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// judgeDrawing walks an SVG; the code says why it is refused.
func judgeDrawing(raw []byte) (code string) {
	const notSVG, unsafe = "brand.logo_kind", "brand.logo_unsafe"
	d := xml.NewDecoder(bytes.NewReader(raw))
	root, inStyle := false, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			if root {
				return ""
			}
			return notSVG
		}
		if err != nil {
			return notSVG
		}
		switch it := token.(type) {
		case xml.StartElement:
			if !root && (it.Name.Local != "svg" || it.Name.Space != svgSpace) {
				return notSVG
			}
			root = true
			if !inert[it.Name.Space] && (it.Name.Space != svgSpace || !drawn[it.Name.Local]) || !harmless(it.Attr) {
				return unsafe
			}
			inStyle = it.Name.Local == "style"
		case xml.EndElement:
			inStyle = false
		case xml.CharData:
			if inStyle && !stays(string(it)) {
				return unsafe
			}
		case xml.ProcInst:
			if it.Target != "xml" {
				return unsafe
			}
		case xml.Directive: // entities could make anything of anything
			if bytes.Contains(it, []byte("[")) || bytes.Contains(it, []byte("ENTITY")) {
				return unsafe
			}
		}
	}
}

func harmless(attributes []xml.Attr) bool {
	for _, a := range attributes {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"), name == "base":
			return false
		case (name == "href" || name == "src") && !strings.HasPrefix(a.Value, "#"):
			return false
		case !stays(a.Value):
			return false
		}
	}
	return true
}

// stays says that a value points nowhere but into the drawing. Escapes could spell anything, so none are taken.
func stays(value string) bool {
	v := strings.ToLower(value)
	for _, bad := range []string{"javascript:", "@import", "expression(", "\\"} {
		if strings.Contains(v, bad) {
			return false
		}
	}
	for _, after := range strings.Split(v, "url(")[1:] {
		if !strings.HasPrefix(strings.TrimLeft(after, " \t\r\n'\""), "#") {
			return false
		}
	}
	return true
}
