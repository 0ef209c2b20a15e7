// Package template founds a co-op and lets another be founded from it. A bundle carries how a co-op
// works (policies, chart of accounts, categories, page texts) and nothing of what happened in it: no
// member, no amount, no stock level, no key, no secret.
package template

import (
	_ "embed"
	"encoding/json"

	"kpdk/hooks/policy"
)

// Schema names the bundle's format.
const Schema = "kpdk/template/1"

// Bundle is what one co-op hands to the next.
type Bundle struct {
	Schema     string           `json:"schema"`
	Type       string           `json:"type"` // konsumen, produsen, pemasaran, jasa, simpan_pinjam
	Language   string           `json:"language"`
	TimeZone   string           `json:"time_zone"`
	Policies   []policy.Setting `json:"policies"`
	Accounts   []Account        `json:"accounts"`
	Categories []string         `json:"categories"`
	Pages      []Page           `json:"pages"`
}

// Account is one line of the chart of accounts.
type Account struct {
	Account   int    `json:"account"`
	Name      string `json:"name"`
	NameEn    string `json:"name_en"`
	Kind      string `json:"kind"`
	PartyKind string `json:"party_kind"`
}

// Page is one public text.
type Page struct {
	Slug     string `json:"slug"`
	Section  string `json:"section,omitempty"` // guide, join, statutes, about; where on /halaman/ it stands
	Language string `json:"language"`
	Title    string `json:"title"`
	Body     string `json:"body"`
	Sort     int    `json:"sort"`
}

//go:embed default.json
var defaultJSON []byte

// Default is the consumer co-op that a start without a template founds.
func Default() Bundle {
	var b Bundle
	if err := json.Unmarshal(defaultJSON, &b); err != nil {
		panic(err) // embedded: a test reads it
	}
	return b
}
