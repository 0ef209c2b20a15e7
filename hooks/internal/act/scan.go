package act

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
)

// one is a statement's first row. It runs when it is scanned.
type one struct {
	p     *prepared
	query string
	args  []any
}

func (o one) Scan(dest ...any) error {
	s, err := o.p.statement(o.query)
	if err != nil {
		return err
	}
	return s.first(o.args, dest)
}

// assignInteger is assign for the most frequent kind, without a value made of it.
func assignInteger(dest any, v int64) error {
	switch to := dest.(type) {
	case *int64:
		*to = v
		return nil
	case sql.Scanner:
		return to.Scan(v)
	}
	if to := reflect.ValueOf(dest); to.Kind() == reflect.Pointer && !to.IsNil() {
		if to = to.Elem(); to.CanInt() && !to.OverflowInt(v) {
			to.SetInt(v)
			return nil
		}
	}
	return assignByKind(dest, v)
}

// assign puts a value of SQLite's into a place of the kind that fits. It is stricter than database/sql: a
// text is no number, and a fraction no integer.
func assign(dest any, value driver.Value) error {
	switch to := dest.(type) {
	case *int64:
		if v, ok := value.(int64); ok {
			*to = v
			return nil
		}
	case *string:
		if v, ok := value.(string); ok {
			*to = v
			return nil
		}
	case *[]byte:
		if v, ok := value.([]byte); ok {
			*to = v // made for this row
			return nil
		}
	case sql.Scanner:
		return to.Scan(value)
	}
	return assignByKind(dest, value)
}

func assignByKind(dest any, value driver.Value) error {
	to := reflect.ValueOf(dest)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("%T is no place for a value", dest)
	}
	to = to.Elem()
	switch v := value.(type) {
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.Kind() == reflect.Bool && (v == 0 || v == 1):
			to.SetBool(v == 1)
			return nil
		case to.CanFloat():
			to.SetFloat(float64(v))
			return nil
		}
	case float64:
		switch {
		case to.CanFloat():
			to.SetFloat(v)
			return nil
		case to.CanInt() && v == float64(int64(v)) && !to.OverflowInt(int64(v)):
			to.SetInt(int64(v))
			return nil
		}
	case string:
		switch {
		case to.Kind() == reflect.String:
			to.SetString(v)
			return nil
		case to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8:
			to.SetBytes([]byte(v))
			return nil
		}
	case []byte:
		switch {
		case to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8:
			to.SetBytes(v)
			return nil
		case to.Kind() == reflect.String:
			to.SetString(string(v))
			return nil
		}
	case nil:
		if to.Kind() == reflect.Slice || to.Kind() == reflect.Pointer {
			to.SetZero()
			return nil
		}
	}
	return fmt.Errorf("%T does not fit into %T", value, dest)
}
