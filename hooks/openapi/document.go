package openapi

import (
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

type object = map[string]any

var variables = regexp.MustCompile(`\{([a-z_]+)(?:\.\.\.)?\}`)

// Document is the OpenAPI 3.1 description of routes.
func Document(routes []web.Route) object {
	d := &document{schemas: object{}, names: map[use]string{}}
	paths := object{}
	for _, r := range routes {
		path := strings.ReplaceAll(strings.ReplaceAll(r.Path, "...}", "}"), "{$}", "")
		item, ok := paths[path].(object)
		if !ok {
			item = object{}
			paths[path] = item
		}
		item[strings.ToLower(r.Method)] = d.operation(r)
	}
	d.schemas["Error"] = d.fields(reflect.TypeFor[fault.Shape]())
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "kpdk", "version": Version(), "description": "Amounts are whole rupiah (integers, names end in _rupiah); quantities are decimal strings with at most three decimals; " +
			"business dates are YYYY-MM-DD, times RFC 3339. An act's body carries \"id\", a ULID made by the client: the same id and input give the same answer (200), another input is refused (409)."},
		"paths": paths,
		"components": object{"schemas": d.schemas,
			"securitySchemes": object{"token": object{"type": "apiKey", "in": "header", "name": "Authorization", "description": "A token of PocketBase's auth-with-password for members, operators or _superusers"}}},
	}
}

type document struct {
	schemas object
	names   map[use]string
	asked   bool // describing an input: a field left out is zero, and the act says what it needs
}

// use is a type on its way in or out.
type use struct {
	t     reflect.Type
	asked bool
}

func (d *document) operation(r web.Route) object {
	o := object{"summary": r.Summary, "x-roles": rolesOf(r)}
	if len(r.Roles) > 0 {
		o["security"] = []any{object{"token": []string{}}}
	}
	var parameters []any
	for _, m := range variables.FindAllStringSubmatch(r.Path, -1) {
		parameters = append(parameters, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if parameters != nil {
		o["parameters"] = parameters
	}
	if r.In != nil {
		o["requestBody"] = object{"required": true, "content": jsonOf(d.body(r))}
	}
	o["responses"] = d.responses(r)
	return o
}

func rolesOf(r web.Route) []act.Role {
	if len(r.Roles) == 0 {
		return []act.Role{"anyone"}
	}
	return r.Roles
}

// body is the input, with the act's key if the sample doesn't name it.
func (d *document) body(r web.Route) object {
	d.asked = true
	in := d.schema(reflect.TypeOf(r.In))
	d.asked = false
	if !r.Act {
		return in
	}
	key := object{"type": "object", "required": []string{"id"}, "properties": object{"id": object{"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$", "description": "ULID made by the client: the act's key"}}}
	return object{"allOf": []any{key, in}}
}

func (d *document) responses(r web.Route) object {
	refusal := func(text string) object {
		return object{"description": text, "content": jsonOf(object{"$ref": "#/components/schemas/Error"})}
	}
	answer := func(text string) object {
		if r.Out == nil {
			return object{"description": text}
		}
		return object{"description": text, "content": jsonOf(d.schema(reflect.TypeOf(r.Out)))}
	}
	all := object{"200": answer("The answer"), "404": refusal("There is no such thing, or not for this caller")}
	if r.Act {
		all["200"], all["201"] = answer("The stored answer: this act was done before"), answer("Done")
		all["409"] = refusal("A rule says no, or the id was used with another input")
	}
	if r.In != nil || strings.Contains(r.Path, "{") {
		all["400"] = refusal("The input has problems, one per field")
	}
	if r.In != nil || r.MaxBody != 0 {
		all["413"] = refusal("Too large")
	}
	if r.TakesFiles() {
		all["429"] = refusal("Too many files from this account within an hour; Retry-After says in how many seconds again")
	}
	if len(r.Roles) > 0 {
		all["401"], all["403"] = refusal("Nobody is logged in"), refusal("Not for this role")
		if r.Fresh {
			all["403"] = refusal("Not for this role; or auth.confirm_first: log in again with the token, then ask again")
		}
	}
	return all
}

func jsonOf(schema any) object {
	return object{"application/json": object{"schema": schema}}
}

var (
	times     = reflect.TypeFor[time.Time]()
	raw       = reflect.TypeFor[json.RawMessage]()
	marshaler = reflect.TypeFor[json.Marshaler]()
	texter    = reflect.TypeFor[encoding.TextMarshaler]()
)

// schema describes a type as encoding/json writes it.
func (d *document) schema(t reflect.Type) object {
	switch {
	case t == times:
		return object{"type": "string", "format": "date-time"}
	case t == raw:
		return object{}
	case t.Kind() == reflect.Pointer:
		return object{"anyOf": []any{d.schema(t.Elem()), object{"type": "null"}}}
	case t.Implements(texter) || t.Implements(marshaler): // our own: quantities and the like, written as text
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "format": "int64"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": d.schema(t.Elem())}
	case reflect.Struct:
		if t.Name() == "" || strings.Contains(t.Name(), "[") {
			return d.fields(t)
		}
		return d.reference(t)
	default:
		return object{}
	}
}

// reference names a type once, so that types may contain themselves.
func (d *document) reference(t reflect.Type) object {
	name, ok := d.names[use{t, d.asked}]
	if !ok {
		name = t.Name()
		if at := strings.LastIndex(t.PkgPath(), "/"); at >= 0 {
			name = t.PkgPath()[at+1:] + "." + name
		}
		if d.asked {
			name += ".in"
		}
		d.names[use{t, d.asked}] = name
		d.schemas[name] = d.fields(t)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields describes a struct; embedded structs lend their fields.
func (d *document) fields(t reflect.Type) object {
	properties, required := object{}, []string{}
	d.collect(t, properties, &required)
	o := object{"type": "object", "properties": properties}
	if len(required) > 0 && !d.asked {
		o["required"] = required
	}
	return o
}

func (d *document) collect(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			d.collect(inner, properties, required)
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		properties[name] = d.schema(f.Type)
		if !strings.Contains(options, "omit") && f.Type.Kind() != reflect.Pointer {
			*required = append(*required, name)
		}
	}
}
